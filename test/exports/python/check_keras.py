"""check_keras.py prices.csv folder...: what each exported folder gives, all in one process because Keras takes long to start.

For each folder: runs build_model.py as it is, loads the model.keras that it saved (no code of ours), and runs forecast.py on
the prices. Prints a list of {"outputs": of windows.json (count, lookback, features), "forecast": what forecast.py printed}.
"""
import contextlib
import io
import json
import os
import pathlib
import runpy
import sys

import keras
import numpy as np

prices, *folders = sys.argv[1:]


def run(program, *args):
    """Runs a program as a command would; what it imported from its own folder is forgotten again."""
    known = set(sys.modules)
    sys.argv = [str(program), *args]
    sys.path.insert(0, str(program.parent))
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(program), run_name="__main__")
    finally:
        sys.path.remove(str(program.parent))
        for name in set(sys.modules) - known:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(program.parent)):
                del sys.modules[name]
    return printed.getvalue()


answers = []
for folder in map(pathlib.Path, folders):
    os.chdir(folder.parent)
    run(folder / "build_model.py")
    windows = np.asarray(json.loads((folder / "windows.json").read_text()), dtype="float32")
    model = keras.saving.load_model(folder / "model.keras")
    outputs = np.asarray(model(windows, training=False)).tolist()
    answers.append({"outputs": outputs, "forecast": run(folder / "forecast.py", prices)})
print(json.dumps(answers))
