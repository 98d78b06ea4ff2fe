import { forecastPy, mainPy } from './pythonForecast.ts';
import { inputsPy } from './pythonInputs.ts';
import { pythonModels, type PythonRunner } from './pythonModels.ts';
import { pricesPy } from './pythonPrices.ts';

/**
 * The Python program that goes with an exported model. Its text is constant (no name of a study or column ever becomes code);
 * what differs between models stands in the JSON beside it. test/exports/python.test.ts runs it.
 */
export function forecastPyWith(runner: PythonRunner): string {
  return head[runner] + pricesPy + inputsPy + forecastPy + pythonModels[runner] + mainPy;
}

const head: Record<PythonRunner, string> = {
  numpy: `"""Prints the next forecast: python forecast.py prices.csv     (needs numpy)

model.json and model.bin must lie beside this file.
"""
import csv
import json
import math
import pathlib
import re
import sys

import numpy as np

SPEC_FILE = "model.json"
`,
  keras: `"""Prints the next forecast: python forecast.py prices.csv     (needs keras, a backend and numpy)

preprocessing.json, weights.npz and build_model.py must lie beside this file.
"""
import csv
import json
import math
import pathlib
import re
import sys

import numpy as np

SPEC_FILE = "preprocessing.json"
`,
  onnx: `"""Prints the next forecast: python forecast.py prices.csv     (needs onnxruntime and numpy)

model.onnx and preprocessing.json must lie beside this file.
"""
import csv
import json
import math
import pathlib
import re
import sys

import numpy as np

SPEC_FILE = "preprocessing.json"
`,
};
