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
