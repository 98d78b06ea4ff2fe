"""PyTorch's side of bench/trainer: reads one JSON request a line, answers with one JSON line. One thread.

{"task": "time", "units": 50, "layers": 1, "batch": 32, "dropout": 0.2, "seconds": 1}
{"task": "verify", "units": 50, "layers": 1, "batch": 32, "files": [...]}  gradients against each file's, in double
"""

import json
import sys
import time

import numpy as np
import torch

LOOKBACK, FEATURES = 60, 5
torch.set_num_threads(1)


class Model(torch.nn.Module):
    """Stacked LSTM, dropout between layers and after the last, linear head on the last step."""

    def __init__(self, units, layers, dropout):
        super().__init__()
        self.lstm = torch.nn.LSTM(FEATURES, units, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(units, 1)

    def forward(self, x):
        return self.head(self.dropout(self.lstm(x)[0][:, -1]))


def measure(request):
    model = Model(request["units"], request["layers"], request["dropout"])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x, y = torch.randn(request["batch"], LOOKBACK, FEATURES), torch.randn(request["batch"], 1)

    def step():
        start, cpu_start = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
        cpu_times.append((time.process_time() - cpu_start) * 1e3)
        return (time.perf_counter() - start) * 1e3

    cpu_times = []

    warm_up_end = time.perf_counter() + 0.3 * request["seconds"]
    count = 0
    while count < 3 or time.perf_counter() < warm_up_end:
        step()
        count += 1
    times, end = [], time.perf_counter() + request["seconds"]
    while len(times) < 5 or time.perf_counter() < end:
        times.append(step())
    times.sort()
    cpu = sorted(cpu_times[-len(times) :])  # what other processes take of the core is not in it
    return {"min": times[0], "median": times[len(times) // 2], "cpu": cpu[len(cpu) // 2], "cpuMin": cpu[0]}


class Tensors:
    """Reads one file of measureWasm.ts in order."""

    def __init__(self, file, units, layers):
        self.values = np.fromfile(file, dtype=np.float32).astype(np.float64)
        self.at, self.units, self.layers = 0, units, layers

    def take(self, *shape):
        count = int(np.prod(shape))
        part = self.values[self.at : self.at + count].reshape(shape)
        self.at += count
        return torch.tensor(part)

    def model(self):
        result = []
        for layer in range(self.layers):
            inputs = FEATURES if layer == 0 else self.units
            result += [self.take(inputs, 4 * self.units), self.take(self.units, 4 * self.units), self.take(4 * self.units)]
        return result + [self.take(self.units, 1), self.take(1)]


def verify(request):
    """Worst over the files, which hold the same problem: largest |gradient - PyTorch's| over the tensor's largest, and of the loss."""
    units, layers, batch = request["units"], request["layers"], request["batch"]
    model = Model(units, layers, 0.0).double()
    parameters = dict(model.lstm.named_parameters())
    mine, loss, worst = [], None, {"gradients": 0.0, "loss": 0.0}
    for file in request.get("files") or [request["file"]]:
        tensors = Tensors(file, units, layers)
        weights, x, y = tensors.model(), tensors.take(batch, LOOKBACK, FEATURES), tensors.take(batch, 1)
        if loss is None:
            with torch.no_grad():
                for layer in range(layers):
                    kernel, recurrent, bias = weights[3 * layer : 3 * layer + 3]
                    parameters[f"weight_ih_l{layer}"].copy_(kernel.T)  # gates i, f, g, o: Keras' order
                    parameters[f"weight_hh_l{layer}"].copy_(recurrent.T)
                    parameters[f"bias_ih_l{layer}"].copy_(bias)
                    parameters[f"bias_hh_l{layer}"].zero_()
                model.head.weight.copy_(weights[-2].T)
                model.head.bias.copy_(weights[-1])
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            for layer in range(layers):
                mine += [parameters[f"{name}_l{layer}"].grad.T for name in ("weight_ih", "weight_hh")]
                mine += [parameters[f"bias_ih_l{layer}"].grad]
            mine += [model.head.weight.grad.T, model.head.bias.grad]
        worst["loss"] = max(worst["loss"], abs(tensors.take(1).item() / loss.item() - 1))
        errors = [((a - b).abs().max() / b.abs().max()).item() for a, b in zip(tensors.model(), mine)]
        worst["gradients"] = max(worst["gradients"], *errors)
    return worst


print(json.dumps({"torch": torch.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    answer = verify(request) if request["task"] == "verify" else measure(request)
    print(json.dumps(answer), flush=True)
