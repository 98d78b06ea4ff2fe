/**
 * The Python programs that go with an exported model. Their text is constant (no name of a study or column ever becomes
 * code); what differs between models stands in the JSON beside them. test/exports/python.test.ts runs them.
 */
export type PythonRunner = 'numpy' | 'keras' | 'onnx';

export function forecastPyWith(runner: PythonRunner): string {
  return head[runner] + body + models[runner] + main;
}

/** Builds the Keras model, loads weights.npz and saves model.keras. */
export const buildModelPy = `"""Builds the Keras 3 model, loads weights.npz and saves model.keras: python build_model.py

Needs keras and a backend (jax, tensorflow or torch: KERAS_BACKEND says which).
The model takes scaled windows (batch, lookback, features) and gives scaled forecasts (batch, horizon):
forecast.py and preprocessing.json say how prices become windows and outputs become prices.
"""
import json
import pathlib

import keras
import numpy as np

here = pathlib.Path(__file__).resolve().parent
spec = json.loads((here / "preprocessing.json").read_text(encoding="utf-8"))


def build_model() -> keras.Model:
    shape, params = spec["shape"], spec["params"]
    model = keras.Sequential(name="lstm_study")
    model.add(keras.Input((spec["window"]["lookback"], shape["features"])))
    for i in range(shape["layers"]):
        model.add(
            keras.layers.LSTM(
                shape["units"],
                return_sequences=i < shape["layers"] - 1,
                recurrent_dropout=params["recurrentDropout"],
                name=f"lstm_{i + 1}",
            )
        )
        model.add(keras.layers.Dropout(params["dropout"], name=f"dropout_{i + 1}"))
    model.add(keras.layers.Dense(shape["horizon"], name="dense"))
    return model


def load_model() -> keras.Model:
    """The model with its weights; not compiled, because forecasting needs no optimizer."""
    model = build_model()
    with np.load(here / "weights.npz") as weights:
        for i in range(spec["shape"]["layers"]):
            name = f"lstm_{i + 1}"
            parts = ("kernel", "recurrent_kernel", "bias")
            model.get_layer(name).set_weights([weights[f"{name}.{part}"] for part in parts])
        model.get_layer("dense").set_weights([weights["dense.kernel"], weights["dense.bias"]])
    return model


if __name__ == "__main__":
    load_model().save(here / "model.keras")
    print("saved", here / "model.keras")
`;

const head: Record<PythonRunner, string> = {
  numpy: `"""Prints the next forecast: python forecast.py prices.csv     (needs numpy)

model.json and model.bin must lie beside this file.
"""
import csv
import json
import math
import pathlib
import sys

import numpy as np

SPEC_FILE = "model.json"
`,
  keras: `"""Prints the next forecast: python forecast.py prices.csv     (needs keras, a backend and numpy)

preprocessing.json, weights.npz and build_model.py must lie beside this file.
"""
import csv
import json
import math
import pathlib
import sys

import numpy as np

SPEC_FILE = "preprocessing.json"
`,
  onnx: `"""Prints the next forecast: python forecast.py prices.csv     (needs onnxruntime and numpy)

model.onnx and preprocessing.json must lie beside this file.
"""
import csv
import json
import math
import pathlib
import sys

import numpy as np

SPEC_FILE = "preprocessing.json"
`,
};

const body = `
here = pathlib.Path(__file__).resolve().parent
spec = json.loads((here / SPEC_FILE).read_text(encoding="utf-8"))


def refuse(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def to_number(text):
    text = text.strip()
    if spec["data"].get("decimal") == ",":
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return math.nan


def plain(name):
    """Names without case, spaces and marks: "Adj Close" and "adj_close" are the same."""
    return "".join(c for c in name.lower() if c not in " \\t_.-*()[]")


# How the columns that ATR, OBV and adjusting need may be called.
ROLES = {
    "open": ["open", "openprice", "openingprice"],
    "high": ["high", "highprice", "dayhigh"],
    "low": ["low", "lowprice", "daylow"],
    "close": ["close", "closingprice", "closeprice", "closelast", "last", "lastprice", "price"],
    "volume": ["volume", "vol", "volumetraded", "sharestraded"],
}
ADJUSTED = [name for role in ("open", "high", "low", "close") for name in ROLES[role]]


def read_prices(path):
    """Dates, and the columns the model needs by name or role; oldest row first, rows with a missing value left out."""
    data = spec["data"]
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = data.get("delimiter") or max(",;\\t|", key=first.count)
        rows = [[field.strip() for field in row] for row in csv.reader(file, delimiter=delimiter) if row]
    if not rows:
        refuse(f"{path} is empty.")
    header, rows = rows[0], rows[1:]

    def index_of(column):
        if column in header:
            return header.index(column)
        names = ROLES.get(column, [plain(column)])
        found = next((i for i, name in enumerate(header) if plain(name) in names), None)
        if found is None:
            refuse(f'{path} has no column "{column}". It has: {", ".join(header)}')
        return found

    needed = [spec["target"]["column"]]
    for source in (item["source"] for item in spec["inputs"]):
        if source["kind"] == "column":
            needed.append(source["column"])
        elif source["indicator"] == "atr":
            needed += ["high", "low", "close"]
        elif source["indicator"] == "obv":
            needed.append("volume")
        else:
            needed.append(source["column"])
    adjust = data.get("adjust")
    if adjust is not None:
        needed += [adjust, "close"]
    needed = list(dict.fromkeys(needed))
    date = index_of(data.get("date", "date"))
    where = [(index_of(name), str(value)) for name, value in data.get("where", {}).items()]
    indexes = [index_of(name) for name in needed]
    used = []
    for row in rows:
        if len(row) < len(header) or any(row[i] != value for i, value in where):
            continue
        factor = 1.0
        if adjust is not None:
            factor = to_number(row[index_of(adjust)]) / to_number(row[index_of("close")])
        values = [to_number(row[i]) * (factor if plain(header[i]) in ADJUSTED else 1.0) for i in indexes]
        if all(math.isfinite(value) for value in values):
            used.append((row[date], values))
    # Dates that begin with the year sort as text; others are taken to stand oldest first.
    if all(day[:4].isdigit() for day, _ in used):
        used.sort(key=lambda row: row[0])
    numbers = np.array([values for _, values in used], dtype=float).reshape(len(used), len(needed))
    return [day for day, _ in used], {name: numbers[:, i] for i, name in enumerate(needed)}


def transformed(x, transform):
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
    x = numbers["close" if kind == "atr" else spec["target"]["column"] if kind == "obv" else source["column"]]
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
            high, low = numbers["high"], numbers["low"]
            before = np.concatenate([[np.nan], x[:-1]])
            reach = np.fmax(np.abs(high - before), np.abs(low - before))
            return wilder(np.fmax(high - low, reach), n) / x
        if kind == "obv":
            volume = numbers["volume"]
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


def window_of(numbers):
    """The last window, scaled: (lookback, features)."""
    lookback = spec["window"]["lookback"]
    columns = []
    for item in spec["inputs"]:
        source = item["source"]
        if source["kind"] == "column":
            x = transformed(numbers[source["column"]], source["transform"])
        else:
            x = indicator_column(source, numbers)
        x = (x[-lookback:] - item["center"]) / item["scale"]
        columns.append(x - x[-1] if item["relative"] else x)
    if any(len(x) < lookback or not np.isfinite(x).all() for x in columns):
        refuse(f"The file has too few complete rows: the model looks back on {lookback}, and its inputs need some before.")
    return np.stack(columns, axis=1)


def prices_of(outputs, last_price):
    """Prices of steps 1..horizon from the model's scaled outputs."""
    target = spec["target"]
    x = np.asarray(outputs, dtype=float) * target["scale"] + target["center"]
    if target["rule"] == "price":
        return x
    return last_price * np.exp(np.cumsum(x) if target["rule"] == "sumLogReturns" else x)

`;

const models: Record<PythonRunner, string> = {
  numpy: `
def predict(window):
    """LSTM layers and Dense as in Keras: gates i, f, c, o; sigmoid gates, tanh cell and output; zero initial state."""
    weights = np.fromfile(here / spec["weights"]["file"], dtype="<f4")

    def tensor(name):
        found = next(t for t in spec["weights"]["tensors"] if t["name"] == name)
        start = found["offset"] // 4
        return weights[start : start + math.prod(found["shape"])].reshape(found["shape"]).astype(float)

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    units = spec["shape"]["units"]
    sequence = window
    for layer in range(1, spec["shape"]["layers"] + 1):
        kernel, recurrent, bias = (tensor(f"lstm_{layer}/{part}") for part in ("kernel", "recurrent_kernel", "bias"))
        h, c, out = np.zeros(units), np.zeros(units), []
        for x in sequence:
            i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            out.append(h)
        sequence = np.stack(out)
    return sequence[-1] @ tensor("dense/kernel") + tensor("dense/bias")

`,
  keras: `
def predict(window):
    from build_model import load_model

    return np.asarray(load_model()(window[np.newaxis].astype("float32"), training=False))[0]

`,
  onnx: `
def predict(window):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(here / "model.onnx"), providers=["CPUExecutionProvider"])
    return session.run(["forecast"], {"window": window[np.newaxis].astype(np.float32)})[0][0]

`,
};

const main = `
if __name__ == "__main__":
    if len(sys.argv) < 2:
        refuse("Usage: python forecast.py prices.csv")
    dates, numbers = read_prices(sys.argv[1])
    if not dates:
        refuse(f"{sys.argv[1]} has no row with all the columns the model needs.")
    last_price = float(numbers[spec["target"]["column"]][-1])
    print(f"last known  {last_price:.9g}  {dates[-1]}")
    for step, price in enumerate(prices_of(predict(window_of(numbers)), last_price), 1):
        print(f"step {step}      {price:.9g}  {(price / last_price - 1) * 100:+.4f} %")
`;
