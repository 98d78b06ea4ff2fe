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


def read_columns(path):
    """Dates, and columns of numbers by name; oldest row first, rows with a missing value left out."""
    data = spec["data"]
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = data.get("delimiter") or max(",;\\t|", key=first.count)
        rows = [[field.strip() for field in row] for row in csv.reader(file, delimiter=delimiter) if row]
    header, rows = rows[0], rows[1:]

    def index_of(column):
        if column not in header:
            refuse(f'{path} has no column "{column}". It has: {", ".join(header)}')
        return header.index(column)

    needed = [spec["target"]["column"]]
    for source, name in ((i["source"], i["name"]) for i in spec["inputs"]):
        if source["kind"] == "indicator":
            refuse(f"The input {name} is an indicator, which this script does not compute. Use: lstm-study predict")
        needed.append(source["column"])
    adjust = data.get("adjust")
    close = next((name for name in header if name.lower() == "close"), "close")
    if adjust is not None:
        needed += [adjust, close]
    needed = list(dict.fromkeys(needed))
    date = index_of(data.get("date", "date"))
    where = [(index_of(name), str(value)) for name, value in data.get("where", {}).items()]
    indexes = [index_of(name) for name in needed]
    used = []
    for row in rows:
        if any(row[i] != value for i, value in where):
            continue
        factor = 1.0
        if adjust is not None:
            factor = to_number(row[index_of(adjust)]) / to_number(row[index_of(close)])
        values = [
            to_number(row[i]) * (factor if name.lower() in ("open", "high", "low", "close") else 1.0)
            for name, i in zip(needed, indexes)
        ]
        if all(math.isfinite(value) for value in values):
            used.append((row[date], values))
    # Dates that begin with the year sort as text; others are taken to stand oldest first.
    if all(date[:4].isdigit() for date, _ in used):
        used.sort(key=lambda row: row[0])
    numbers = np.array([values for _, values in used], dtype=float).reshape(len(used), len(needed))
    return [date for date, _ in used], {name: numbers[:, i] for i, name in enumerate(needed)}


def transformed(x, transform):
    """The whole column transformed; differences have NaN in row 0."""
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


def window_of(numbers, rows):
    """The last window, scaled: (lookback, features)."""
    lookback = spec["window"]["lookback"]
    if rows < lookback + 1:
        refuse(f"The model needs {lookback + 1} complete rows; the file has {rows}.")
    columns = []
    for item in spec["inputs"]:
        source = item["source"]
        x = transformed(numbers[source["column"]], source["transform"])[-lookback:]
        x = (x - item["center"]) / item["scale"]
        columns.append(x - x[-1] if item["relative"] else x)
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
    dates, numbers = read_columns(sys.argv[1])
    if not dates:
        refuse(f"{sys.argv[1]} has no row with all the columns the model needs.")
    last_price = float(numbers[spec["target"]["column"]][-1])
    print(f"last known  {last_price:.9g}  {dates[-1]}")
    for step, price in enumerate(prices_of(predict(window_of(numbers, len(dates))), last_price), 1):
        print(f"step {step}      {price:.9g}  {(price / last_price - 1) * 100:+.4f} %")
`;
