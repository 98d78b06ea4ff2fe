"""The study by Optuna and PyTorch: each trial in one of two processes of one thread. `peer_torch.py STUDY [facts]`."""

import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import optuna
import torch

from problem import facts, make_fold, read_study, u2

OPTIMIZERS = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}


class Model(torch.nn.Module):
    def __init__(self, units, layers, dropout):
        super().__init__()
        self.lstm = torch.nn.LSTM(5, units, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(units, 1)

    def forward(self, x):
        return self.head(self.dropout(self.lstm(x)[0][:, -1]))


def train(study, fold, params):
    x, y = torch.from_numpy(fold.train_x), torch.from_numpy(fold.train_y)
    model = Model(params["units"], params["layers"], params["dropout"])
    optimizer = OPTIMIZERS[params["optimizer"]](model.parameters(), lr=params["learningRate"])
    for _ in range(study.epochs):
        model.train()
        for batch in torch.randperm(len(x)).split(params["batchSize"]):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return u2(study, fold, model(torch.from_numpy(fold.validation_x)).numpy())


def run_trial(path, number):
    torch.set_num_threads(1)
    torch.manual_seed(number)
    study = read_study(path)
    return [train(study, make_fold(study, fold), study.points[number]) for fold in study.folds]


def main(path):
    study = read_study(path)
    search = optuna.create_study(direction="minimize")
    numbers = range(len(study.points))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for number, values in zip(numbers, pool.map(run_trial, [path] * len(numbers), numbers)):
            trial = optuna.trial.create_trial(
                params=study.points[number],
                distributions={
                    name: optuna.distributions.CategoricalDistribution(sorted({p[name] for p in study.points}))
                    for name in study.points[number]
                },
                value=sum(values) / len(values),
            )
            search.add_trial(trial)
    ranked = sorted(search.trials, key=lambda trial: trial.value)
    print(json.dumps([{"number": trial.number, "value": trial.value} for trial in ranked]))


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if sys.argv[2:] == ["facts"]:
        print(json.dumps({"facts": facts(read_study(sys.argv[1])), "version": f"Optuna {optuna.__version__}, PyTorch {torch.__version__}"}))
    else:
        main(sys.argv[1])
