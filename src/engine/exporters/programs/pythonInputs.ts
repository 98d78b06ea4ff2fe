/** forecast.py, second part: transforms and indicators, made as src/engine/data makes them. */
export const inputsPy = `def transformed(x, transform):
    """A whole column transformed; differences have NaN in row 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "none":
            return x
        if transform == "log":
            return np.log(x)
        if transform == "log1p":
            return np.log1p(x)
        before = np.concatenate([[np.nan], x[:-1]])
        if transform == "diff":
            return x - before
        if transform == "logReturn":
            return np.log(x / before)
        if transform == "logDiff1p":
            return np.log1p(x) - np.log1p(before)
    refuse(f"Unknown transform {transform}")


def rolling(x, n, f):
    """f(the last n values) in each row that has them, NaN before."""
    return np.array([np.nan if t < n - 1 else f(x[t - n + 1 : t + 1]) for t in range(len(x))])


def exponential(x, n):
    """Exponential average with weight 2 / (n + 1), from the first value on."""
    k, out = 2 / (n + 1), []
    for v in x:
        out.append(v * k + out[-1] * (1 - k) if out else v)
    return np.array(out)


def wilder(x, n):
    """Wilder's average: the mean of the first n values, then 1 / n of each new one."""
    out = []
    for t, v in enumerate(x):
        if t < n - 1:
            out.append(np.nan)
        else:
            out.append(np.mean(x[:n]) if t == n - 1 else out[-1] + (v - out[-1]) / n)
    return np.array(out)


def indicator_column(source, numbers):
    """An indicator as the model was trained on it: causal, and relative to the price where it would be in its units."""
    kind, n, output = source["indicator"], source["period"], source["output"]
    x = numbers["role:close" if kind == "atr" else spec["target"]["column"] if kind == "obv" else source["column"]]
    rows = np.arange(len(x))
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "sma":
            return x / rolling(x, n, np.mean) - 1
        if kind == "ema":
            return np.where(rows < n - 1, np.nan, x / exponential(x, n) - 1)
        if kind == "rsi":
            change = np.diff(x)
            gain, loss = wilder(np.maximum(change, 0), n), wilder(np.maximum(-change, 0), n)
            return np.concatenate([[np.nan], np.where(loss == 0, 1.0, 1 - 1 / (1 + gain / loss))])
        if kind == "macd":
            fast, slow, signal = source["fast"], source["slow"], source["signal"]
            line = (exponential(x, fast) - exponential(x, slow))[slow - 1 :]
            smooth = exponential(line, signal)
            part = (line, smooth, line - smooth)[output]
            whole = np.concatenate([np.full(len(x) - len(part), np.nan), part])
            return np.where(rows < slow + signal - 2, np.nan, whole / x)
        if kind == "bollinger":
            middle, half = rolling(x, n, np.mean), source["deviations"] * rolling(x, n, np.std)
            if output == 1:
                return 2 * half / middle
            return np.where(half == 0, 0.5, (x - middle + half) / (2 * half))
        if kind == "atr":
            high, low = numbers["role:high"], numbers["role:low"]
            before = np.concatenate([[np.nan], x[:-1]])
            reach = np.fmax(np.abs(high - before), np.abs(low - before))
            return wilder(np.fmax(high - low, reach), n) / x
        if kind == "obv":
            volume = numbers["role:volume"]
            flow = np.sign(np.diff(x, prepend=x[:1])) * volume
            traded = rolling(volume, n, np.sum)
            share = np.where(traded > 0, rolling(flow, n, np.sum) / traded, 0.0)
            return np.where(rows < 2 * n, np.nan, share)
        if kind == "roc":
            return np.concatenate([np.full(min(n, len(x)), np.nan), x[n:] / x[:-n] - 1])
        if kind == "volatility":
            returns = np.log(x[1:] / x[:-1])
            return np.concatenate([[np.nan], rolling(returns, n, lambda part: np.std(part, ddof=1))])
    refuse(f"Unknown indicator {kind}")


`;
