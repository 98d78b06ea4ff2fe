import { cellsPy } from './pythonCells.ts';

/** forecast.py, first part: the model's JSON, and a CSV of prices read into the columns it needs. */
export const pricesPy = `
here = pathlib.Path(__file__).resolve().parent
spec = json.loads((here / SPEC_FILE).read_text(encoding="utf-8"))


def refuse(text):
    print(text, file=sys.stderr)
    sys.exit(2)

${cellsPy}
def plain(name):
    """Names without case, spaces and marks: "Adj Close" and "adj_close" are the same."""
    return re.sub(r"[\\s_.\\-*()[\\]<>/]", "", name.lower())


# How the columns that ATR, OBV and adjusting need may be called, the likeliest name first.
ROLES = {
    "open": ["open", "openprice", "openingprice"],
    "high": ["high", "highprice", "dayhigh"],
    "low": ["low", "lowprice", "daylow"],
    "close": [
        "close", "closingprice", "closeprice", "closelast", "last", "lastprice", "price", "settle",
        "settlement", "schlusskurs", "schluss", "cierre", "cloture", "value", "nav", "rate",
    ],
    "volume": ["volume", "vol", "volumetraded", "sharestraded"],
}


def names_of(cells):
    """Names of a header: empty ones numbered, and those that stand twice."""
    if len(cells) > 2 and cells[-1] == "":
        cells = cells[:-1]
    names, seen = [], {}
    for i, cell in enumerate(cells, 1):
        name = cell or f"column{i}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def table_of(path, date):
    """Header, rows and delimiter: the header is the first line that names the date column, the delimiter finds most columns there."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = [line for line in file.read().splitlines() if line.strip()]
    if not lines:
        refuse(f"{path} is empty.")
    best = None
    for delimiter in [spec["data"].get("delimiter")] if spec["data"].get("delimiter") else ",;\\t|":
        heads = [names_of([cell.strip() for cell in row]) for row in csv.reader(lines[:60], delimiter=delimiter)]
        at = next((i for i, names in enumerate(heads) if plain(date) in map(plain, names)), None)
        rank = (at is not None, len(heads[at or 0]))
        if best is None or rank > best[0]:
            best = (rank, heads[at or 0], at or 0, delimiter)
    _, header, at, delimiter = best
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines[at + 1 :], delimiter=delimiter)]
    return header, [row + [""] * (len(header) - len(row)) for row in rows], delimiter


def read_prices(path):
    """Dates, and the columns the model needs, by name or as "role:high"; oldest row first, rows with a missing value left out."""
    data = spec["data"]
    if not pathlib.Path(path).is_file():
        refuse(f"There is no file {path}.")
    if pathlib.Path(path).suffix.lower() in (".parquet", ".pq", ".parq"):
        refuse("This program reads CSV files; lstm-study predict reads Parquet too.")
    header, rows, delimiter = table_of(path, data.get("date", "date"))

    def find(name, names):
        if name in header:
            return header.index(name)
        return next((i for wanted in names for i, known in enumerate(header) if plain(known) == wanted), None)

    def index_of(column):
        role = column[5:] if column.startswith("role:") else None
        found = find(column, [plain(column)]) if role is None else find(role, ROLES[role])
        if found is None:
            refuse(f'{path} has no column "{role or column}". It has: {", ".join(header)}')
        return found

    needed = [spec["target"]["column"]]
    for source in (item["source"] for item in spec["inputs"]):
        if source["kind"] == "column":
            needed.append(source["column"])
        elif source["indicator"] == "atr":
            needed += ["role:high", "role:low", "role:close"]
        elif source["indicator"] == "obv":
            needed.append("role:volume")
        else:
            needed.append(source["column"])
    adjust = data.get("adjust")
    if adjust is not None:
        needed += [adjust, "role:close"]
    needed = list(dict.fromkeys(needed))
    date = index_of(data.get("date", "date"))
    where = [(index_of(name), value) for name, value in data.get("where", {}).items()]
    indexes = [index_of(name) for name in needed]
    adjusted = [find(role, ROLES[role]) for role in ("open", "high", "low", "close")]
    rows = [row for row in rows if all(is_same(row[i], value) for i, value in where)]
    decimal = data.get("decimal") or decimal_of(rows, date, delimiter)
    is_us = is_month_first([row[date] for row in rows])
    dated = []
    for row in rows:
        factor = 1.0
        if adjust is not None:
            close = to_number(row[index_of("role:close")], decimal)
            factor = to_number(row[index_of(adjust)], decimal) / close if close else math.nan
        values = [to_number(row[i], decimal) * (factor if i in adjusted else 1.0) for i in indexes]
        is_whole, day = all(math.isfinite(value) for value in values), day_of(row[date], is_us)
        if is_whole and not day:
            refuse(f'{path} has a row with prices whose date cannot be read: "{row[date]}".')
        if day:
            dated.append((day, row[date], values, is_whole))
    dated.sort(key=lambda row: row[0])
    used = [row for row in dated if row[3]]
    for (day, text, _, _), (before, _, _, _) in zip(used[1:], used):
        if day == before:
            refuse(f"{path} has more than one row of {text}. Keep one row for each date.")
    if used and used[-1] is not dated[-1]:
        text = f"Note: the rows after {used[-1][1]} lack a value that the model needs; this is the forecast made on {used[-1][1]}."
        print(text, file=sys.stderr)
    numbers = np.array([values for _, _, values, _ in used], dtype=float).reshape(len(used), len(needed))
    return [text for _, text, _, _ in used], {name: numbers[:, i] for i, name in enumerate(needed)}


`;
