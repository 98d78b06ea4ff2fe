/** forecast.py, part of reading a CSV: numbers and dates as price files write them, read as src/engine/data reads them. */
export const cellsPy = `
SIGNS = r"[$€£¥₹₽₩₺฿]|kr\\.?|zł|CHF|USD|EUR|GBP|JPY"
CURRENCY = re.compile(rf"^(?:{SIGNS}|R\\$|Rs\\.?)\\s*|\\s*(?:{SIGNS})$", re.IGNORECASE)
NUMBER = re.compile(r"([+-]?[\\d.,]*\\d[\\d.,]*(?:e[+-]?\\d+)?)%?([kmbt]?)", re.IGNORECASE)
SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


def to_number(text, decimal):
    """A number as people write it: currency, thousands marks, %, K, M, B, T, brackets for negative. NaN where there is none."""
    text = re.sub(r"^\\((.*)\\)$", r"-\\1", text).replace("\\u2212", "-")
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    found = NUMBER.fullmatch(re.sub(r"[\\s'’_]", "", sign + CURRENCY.sub("", rest)))
    if not found:
        return math.nan
    digits, suffix = found.groups()
    digits = digits.replace(".", "").replace(",", ".") if decimal == "," else digits.replace(",", "")
    try:
        return float(digits) * SUFFIXES[suffix.lower()]
    except ValueError:
        return math.nan


def decimal_of(rows, date, delimiter):
    """Comma or point, by the cells of the file: "1,234" leaves it open, "1,234.5" and "12,5" do not."""
    points = commas = left_open = 0
    for row in rows:
        for i, cell in enumerate(row):
            marks = re.findall("[.,]", cell)
            if i == date or not marks or math.isnan(to_number(cell, ".")):
                continue
            is_thousands = len(marks) > 1 and len(set(marks)) == 1
            if len(marks) == 1 and re.search(r"(^|\\D)[1-9]\\d{0,2}[.,]\\d{3}(\\D|$)", cell):
                left_open += marks[0] == ","
            elif (marks[-1] == ",") != is_thousands:
                commas += 1
            else:
                points += 1
    if commas != points:
        return "," if commas > points else "."
    return "," if points == 0 and left_open > 0 and delimiter == ";" else "."


def is_same(cell, value):
    """Is a cell the value that the filter asks for, as text or as a number?"""
    if cell == str(value).strip():
        return True
    try:
        return cell != "" and float(cell) == float(value)
    except ValueError:
        return False


MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAY_MONTH = re.compile(r"(\\d{1,2})[/.\\-\\s](\\d{1,2})[/.\\-\\s](\\d{4}|\\d{2})(?!\\d)")


def year_of(text):
    return text if len(text) > 2 else ("20" if int(text) < 70 else "19") + text


def time_of(text):
    found = re.search(r"(\\d{1,2}):(\\d{2})(?::(\\d{2}))?\\s*([ap]m)?", text, re.IGNORECASE)
    if not found:
        return ""
    hour, minute, second, half = found.groups()
    hour = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    return f" {hour:02d}:{minute}:{second or '00'}"


def day_of(text, is_us):
    """A date as text that sorts by time; empty where it cannot be read."""
    if re.fullmatch(r"\\d{8,}(\\.\\d+)?", text):
        return text.rjust(20, "0")
    iso = re.match(r"(\\d{4})[-/.](\\d{1,2})(?:[-/.](\\d{1,2}))?", text)
    if iso:
        return f"{iso[1]}-{int(iso[2]):02d}-{int(iso[3] or 1):02d}{time_of(text)}"
    mixed = DAY_MONTH.match(text)
    if mixed:
        month, day = (mixed[1], mixed[2]) if is_us else (mixed[2], mixed[1])
        return f"{year_of(mixed[3])}-{int(month):02d}-{int(day):02d}{time_of(text)}"
    words = [word[:3].lower() for word in re.findall("[A-Za-z]{3,}", text)]
    month = next((MONTHS.index(word) + 1 for word in words if word in MONTHS), None)
    numbers = re.findall(r"\\d+", re.sub(r"\\d{1,2}:.*$", "", text))
    if month is None or not numbers:
        return ""
    year = numbers.pop(next((i for i, n in enumerate(numbers) if len(n) == 4), len(numbers) - 1))
    return f"{year_of(year)}-{month:02d}-{int(numbers[0] if numbers else 1):02d}{time_of(text)}"


def is_month_first(dates):
    """03/04/2020 is read in the order that the study names, or that fits all rows."""
    wanted = spec["data"].get("dateFormat")
    if wanted in ("us", "european"):
        return wanted == "us"
    found = [match for match in map(DAY_MONTH.match, dates) if match]
    above = [sum(int(match[part]) > 12 for match in found) for part in (1, 2)]
    if above[0] != above[1]:
        return above[1] > above[0]

    def in_order(is_us):
        days = [day for day in (day_of(text, is_us) for text in dates) if day]
        pairs = list(zip(days, days[1:]))
        return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)

    return in_order(True) or not in_order(False)

`;
