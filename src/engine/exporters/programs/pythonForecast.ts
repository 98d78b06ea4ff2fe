/** forecast.py, third part: the last window in, prices out. */
export const forecastPy = `def window_of(numbers):
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

/** forecast.py, last part: what is printed. */
export const mainPy = `
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
