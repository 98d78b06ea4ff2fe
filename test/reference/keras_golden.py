"""Makes keras_golden.json: what Keras itself does with the weights and data below.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 jax==0.10.2
    KERAS_BACKEND=jax venv/bin/python test/reference/keras_golden.py > test/reference/keras_golden.json

Everything is made by formulas, so that keras.test.ts makes the same. float32, as Keras computes by default.
"""

import json
import math
import sys

import keras
import numpy as np

LOOKBACK, FEATURES, UNITS, LAYERS, HORIZON, BATCH, STEPS = 9, 3, 6, 2, 2, 5, 10


def wave(count, shift):
    return np.array([math.sin(1.7 * i + shift) for i in range(count)], dtype=np.float32)


def weights():
    result = []
    for layer in range(LAYERS):
        inputs = FEATURES if layer == 0 else UNITS
        result += [
            0.4 * wave(inputs * 4 * UNITS, layer).reshape(inputs, 4 * UNITS),
            0.4 * wave(UNITS * 4 * UNITS, 10 + layer).reshape(UNITS, 4 * UNITS),
            0.4 * wave(4 * UNITS, 20 + layer),
        ]
    return result + [0.4 * wave(UNITS * HORIZON, 30).reshape(UNITS, HORIZON), 0.4 * wave(HORIZON, 40)]


def model():
    layers = [keras.Input((LOOKBACK, FEATURES))]
    layers += [keras.layers.LSTM(UNITS, return_sequences=layer < LAYERS - 1) for layer in range(LAYERS)]
    made = keras.Sequential([*layers, keras.layers.Dense(HORIZON)])
    made.set_weights(weights())
    return made


X = wave(BATCH * LOOKBACK * FEATURES, 0.5).reshape(BATCH, LOOKBACK, FEATURES)
Y = wave(BATCH * HORIZON, 0.9).reshape(BATCH, HORIZON)

OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(0.01),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "adam, decay 0.1, clipNorm 0.05": lambda: keras.optimizers.Adam(0.01, weight_decay=0.1, global_clipnorm=0.05),
}


def flat(tensors):
    return [float(f"{value:.9g}") for tensor in tensors for value in np.asarray(tensor).ravel()]


def trained(make_optimizer, loss, steps):
    made = model()
    made.compile(optimizer=make_optimizer(), loss=loss)
    losses = [float(made.train_on_batch(X, Y)) for _ in range(steps)]
    return losses, flat(made.get_weights())


def gradient(loss):
    """One step of plain descent at a rate of 1024 moves the weights by 1024 gradients, exactly scaled."""
    _, after = trained(lambda: keras.optimizers.SGD(1024.0), loss, 1)
    return [float(f"{(b - a) / 1024:.9g}") for a, b in zip(after, flat(weights()))]


json.dump(
    {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "outputs": flat([model().predict(X, verbose=0)]),
        "gradients": {loss: gradient(loss) for loss in ("mse", "mae")},
        "training": {
            name: dict(zip(("losses", "weights"), trained(make, "mse", STEPS))) for name, make in OPTIMIZERS.items()
        },
    },
    sys.stdout,
)
