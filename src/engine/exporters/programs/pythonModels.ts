/** What runs the model in forecast.py. */
export type PythonRunner = 'numpy' | 'keras' | 'onnx';

/** forecast.py, fourth part: from a window to the model's scaled outputs. */
export const pythonModels: Record<PythonRunner, string> = {
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
