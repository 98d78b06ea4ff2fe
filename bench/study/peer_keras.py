"""The study by Keras on TensorFlow: each trial in one of two processes of one thread. `peer_keras.py STUDY [facts]`."""

import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# Pools of one thread, set before TensorFlow is loaded, in the trial processes too: they run this file again.
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"

from problem import facts, make_fold, read_study, u2


def train(keras, study, fold, params):
    layers = [keras.Input((study.lookback, 5))]
    for layer in range(params["layers"]):
        layers.append(keras.layers.LSTM(params["units"], return_sequences=layer < params["layers"] - 1))
        layers.append(keras.layers.Dropout(params["dropout"]))
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    optimizers = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
    model.compile(optimizer=optimizers[params["optimizer"]](params["learningRate"]), loss="mse")
    model.fit(fold.train_x, fold.train_y, batch_size=params["batchSize"], epochs=study.epochs, verbose=0)
    return u2(study, fold, model.predict(fold.validation_x, batch_size=256, verbose=0))


def run_trial(path, number):
    import keras

    keras.utils.set_random_seed(number)
    study = read_study(path)
    return [train(keras, study, make_fold(study, fold), study.points[number]) for fold in study.folds]


def main(path):
    numbers = range(len(read_study(path).points))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(run_trial, [path] * len(numbers), numbers))
    ranked = sorted((sum(values) / len(values), number) for number, values in enumerate(results))
    print(json.dumps([{"number": number, "value": value} for value, number in ranked]))


if __name__ == "__main__":
    if sys.argv[2:] == ["facts"]:
        import keras
        import tensorflow

        version = f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}"
        print(json.dumps({"facts": facts(read_study(sys.argv[1])), "version": version}))
    else:
        main(sys.argv[1])
