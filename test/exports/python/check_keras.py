"""Loads model.keras (no code of ours) and prints its outputs for windows.json: (count, lookback, features)."""
import json
import pathlib
import sys

import keras
import numpy as np

folder = pathlib.Path(sys.argv[1])
windows = np.asarray(json.loads((folder / "windows.json").read_text()), dtype="float32")
model = keras.saving.load_model(folder / "model.keras")
print(json.dumps(np.asarray(model(windows, training=False)).tolist()))
