"""What every peer of bench/study trains on: the prices, folds and points that run.ts wrote into one JSON file.

Five log-return inputs (open, high, low, adjusted close, volume + 1) a day, windows of `lookback` days, the next day's log-return of
the adjusted close as target, z-scores of each fold's train rows. Scored by U2: the RMSE of the price forecast over persistence's.
"""

import csv
import json
from dataclasses import dataclass

import numpy as np


@dataclass
class Study:
    prices: np.ndarray  # (rows)
    inputs: np.ndarray  # (rows, 5), unscaled
    folds: list
    points: list
    lookback: int
    epochs: int


@dataclass
class Fold:
    train_x: np.ndarray  # (windows, lookback, 5)
    train_y: np.ndarray  # (windows, 1)
    validation_x: np.ndarray
    origins: np.ndarray  # rows of the validation windows' last step
    center: np.ndarray
    scale: np.ndarray


TARGET = 3  # column of the forecast series among the inputs


def read_study(path):
    with open(path) as file:
        spec = json.load(file)
    with open(spec["csv"]) as file:
        rows = list(csv.DictReader(file))[: spec["searchRows"]]
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "date"}
    logs = [np.log(columns[name]) for name in ("open", "high", "low", "adjclose")] + [np.log1p(columns["volume"])]
    inputs = np.stack([np.diff(values) for values in logs], axis=1)  # the first row has no return and goes
    return Study(columns["adjclose"][1:], inputs, spec["folds"], spec["points"], spec["lookback"], spec["epochs"])


def make_fold(study, fold):
    (train_from, train_to), (validation_from, validation_to) = fold["train"], fold["validation"]
    train = study.inputs[train_from:train_to]
    center, scale = train.mean(axis=0), train.std(axis=0)
    scaled = ((study.inputs - center) / scale).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, study.lookback, axis=0).transpose(0, 2, 1)
    at = lambda origins: np.ascontiguousarray(windows[origins - study.lookback + 1])
    train_origins = np.arange(train_from + study.lookback - 1, train_to - 1)
    origins = np.arange(validation_from - 1, validation_to - 1)
    targets = scaled[train_origins + 1, TARGET : TARGET + 1]
    return Fold(at(train_origins), targets, at(origins), origins, center, scale)


def u2(study, fold, predicted):
    """RMSE of the prices forecast from scaled log-returns, over that of repeating the last price."""
    today, tomorrow = study.prices[fold.origins], study.prices[fold.origins + 1]
    forecast = today * np.exp(predicted.reshape(-1) * fold.scale[TARGET] + fold.center[TARGET])
    return float(np.sqrt(np.mean((tomorrow - forecast) ** 2) / np.mean((tomorrow - today) ** 2)))


def facts(study):
    """What run.ts compares with its own: windows and scalers of each fold."""
    folds = [make_fold(study, fold) for fold in study.folds]
    return [
        {
            "trainWindows": len(fold.train_x),
            "validationWindows": len(fold.validation_x),
            "center": fold.center.tolist(),
            "scale": fold.scale.tolist(),
        }
        for fold in folds
    ]
