"""Opens a journal with Optuna and its dashboard, lets Optuna go on with it, and prints what they read."""
import io
import json
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna_dashboard import wsgi

optuna.logging.set_verbosity(optuna.logging.ERROR)
path = sys.argv[1]
storage = JournalStorage(JournalFileBackend(path))
[summary] = optuna.get_all_study_summaries(storage)
study = optuna.load_study(study_name=summary.study_name, storage=storage)
trials = [
    {
        "number": t.number,
        "state": t.state.name,
        "value": t.value,
        "params": t.params,
        "distributions": sorted({type(d).__name__ for d in t.distributions.values()}),
        "contained": all(d._contains(d.to_internal_repr(t.params[k])) for k, d in t.distributions.items()),
        "steps": len(t.intermediate_values),
        "last": t.intermediate_values[t.last_step] if t.last_step is not None else None,
        "user": t.user_attrs,
        "seconds": t.duration.total_seconds() if t.duration else None,
    }
    for t in study.trials
]

app = wsgi(storage)


def get(path):
    status = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    body = b"".join(app(environ, lambda s, headers, exc_info=None: status.append(s)))
    return status[0], json.loads(body)


studies_status, studies = get("/api/studies")
detail_status, detail = get("/api/studies/0")
study.optimize(lambda trial: sum(float(v) for v in [trial.suggest_float("extra", 0, 1)]), n_trials=1)
print(
    json.dumps(
        {
            "name": summary.study_name,
            "direction": study.direction.name,
            "best": study.best_trial.number if study.best_value < 0 else min(
                (t for t in trials if t["state"] == "COMPLETE"), key=lambda t: t["value"]
            )["number"],
            "userAttributes": summary.user_attrs,
            "trials": trials,
            "dashboard": {
                "status": [studies_status, detail_status],
                "studies": len(studies["study_summaries"]),
                "trials": len(detail["trials"]),
            },
            "after": len(study.trials),
        }
    )
)
