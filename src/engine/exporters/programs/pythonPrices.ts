/** forecast.py, first part: the model's JSON, and a CSV of prices read into the columns it needs. */
export const pricesPy = `
here = pathlib.Path(__file__).resolve().parent
spec = json.loads((here / SPEC_FILE).read_text(encoding="utf-8"))


def refuse(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def to_number(text):
    text = text.strip()
    if spec["data"].get("decimal") == ",":
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return math.nan


def plain(name):
    """Names without case, spaces and marks: "Adj Close" and "adj_close" are the same."""
    return "".join(c for c in name.lower() if c not in " \\t_.-*()[]")


# How the columns that ATR, OBV and adjusting need may be called.
ROLES = {
    "open": ["open", "openprice", "openingprice"],
    "high": ["high", "highprice", "dayhigh"],
    "low": ["low", "lowprice", "daylow"],
    "close": ["close", "closingprice", "closeprice", "closelast", "last", "lastprice", "price"],
    "volume": ["volume", "vol", "volumetraded", "sharestraded"],
}
ADJUSTED = [name for role in ("open", "high", "low", "close") for name in ROLES[role]]


def read_prices(path):
    """Dates, and the columns the model needs by name or role; oldest row first, rows with a missing value left out."""
    data = spec["data"]
    if not pathlib.Path(path).is_file():
        refuse(f"There is no file {path}.")
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = data.get("delimiter") or max(",;\\t|", key=first.count)
        rows = [[field.strip() for field in row] for row in csv.reader(file, delimiter=delimiter) if row]
    if not rows:
        refuse(f"{path} is empty.")
    header, rows = rows[0], rows[1:]

    def index_of(column):
        if column in header:
            return header.index(column)
        names = ROLES.get(column, [plain(column)])
        found = next((i for i, name in enumerate(header) if plain(name) in names), None)
        if found is None:
            refuse(f'{path} has no column "{column}". It has: {", ".join(header)}')
        return found

    needed = [spec["target"]["column"]]
    for source in (item["source"] for item in spec["inputs"]):
        if source["kind"] == "column":
            needed.append(source["column"])
        elif source["indicator"] == "atr":
            needed += ["high", "low", "close"]
        elif source["indicator"] == "obv":
            needed.append("volume")
        else:
            needed.append(source["column"])
    adjust = data.get("adjust")
    if adjust is not None:
        needed += [adjust, "close"]
    needed = list(dict.fromkeys(needed))
    date = index_of(data.get("date", "date"))
    where = [(index_of(name), str(value)) for name, value in data.get("where", {}).items()]
    indexes = [index_of(name) for name in needed]
    used = []
    for row in rows:
        if len(row) < len(header) or any(row[i] != value for i, value in where):
            continue
        factor = 1.0
        if adjust is not None:
            factor = to_number(row[index_of(adjust)]) / to_number(row[index_of("close")])
        values = [to_number(row[i]) * (factor if plain(header[i]) in ADJUSTED else 1.0) for i in indexes]
        if all(math.isfinite(value) for value in values):
            used.append((row[date], values))
    # Dates that begin with the year sort as text; others are taken to stand oldest first.
    if all(day[:4].isdigit() for day, _ in used):
        used.sort(key=lambda row: row[0])
    for (day, _), (before, _) in zip(used[1:], used):
        if day == before:
            refuse(f"{path} has more than one row of {day}. Keep one row for each date.")
    numbers = np.array([values for _, values in used], dtype=float).reshape(len(used), len(needed))
    return [day for day, _ in used], {name: numbers[:, i] for i, name in enumerate(needed)}


`;
