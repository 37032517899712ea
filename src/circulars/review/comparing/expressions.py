"""The expressions of a language that are one word: dates, times, amounts, telephone numbers, addresses, references."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from circulars.language import MESSAGES

_SP = r"[^\S\n]"  # a space of any kind, but no line break
_DASH = r"[-‐‑–—−]"
_END = r"(?![^\W\u3040-\u30ff\u3400-\u9fff])"  # Chinese and Japanese go on without a space
_DIGITS = r"(?:\d{1,3}(?:[^\S\n]\d{3}|[.,'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_NUMERAL = re.compile(r"[\d〇一二三四五六七八九十]")
_BEGINNING = r"(?<![^\W\u3040-\u30ff\u3400-\u9fff])(?<![/.+-])"
_DIGIT_FOLLOWS = r"(?=[^\W\d_][^\d\n]{0,60}\d)"
LINK = r"(?:\b[a-z]{2,10}://|\bwww\.)[^\s<>«»“”،؛؟]*[^\s<>«»“”،؛؟.,;:!?)\]'\"]"
"""An address on the web, without the full stop that ends its sentence."""

_ISO = "CHF|USD|EUR|GBP|JPY|CNY|RMB|RUB|CAD|AUD|INR|BRL|ZAR|XDR|SDR|KRW|AED|SAR|EGP|KES|MXN|ARS|CLP|COP"
_SIGN = r"(?:US|CA|A|R)?\$|[€£¥₹₽₩]|SFr\.|Fr\."
_UNITS = (
    "[kMGTм]?Hz|[кМГТ]?Гц|[kMGT]?bits?/s|[kMGT]?bps|dB[a-zA-Z]?|km/h|[kcmµ]?m[²³]?|[кс]?м[²³]?|[km]g|кг|°[CF]?|"
    "[kMG]W|[кМГ]?Вт|m?V|[км]?В|ms|мс|[KkMGT]B|[kMGT]o|[кКМГТ]?байт|[кМГТ]?бит/с|дБ(?:м|мВт|и)?|км/ч|мм|руб\\."
)
_PERCENT = rf"%|‰|٪|per{_SP}?cent|por{_SP}ciento|pour{_SP}cent|процент(?:а|ов)?"

_NOUNS = (
    "Resolutions?|Decisions?|Opinions?|Questions?|Recommendations?|Rec\\.|Reports?|Documents?|Doc\\.|Articles?|Art\\.|"
    "Addend(?:um|a)|Corrigend(?:um|a)|Amendments?|Supplements?|Contributions?|Notifications?|"
    "Resoluci(?:ón|ones)|Decisi(?:ón|ones)|Ruegos?|Cuesti(?:ón|ones)|Recomendaci(?:ón|ones)|Informes?|Documentos?|"
    "Artículos?|Addéndum|Corrigéndum|Enmiendas?|Suplementos?|Contribuci(?:ón|ones)|"
    "Résolutions?|Décisions?|Vœux?|Voeux?|Avis|Recommandations?|Rapports?|Amendements?|Suppléments?|Révisions?|"
    "Резолюци[яиюейхм]+|Решени[яеюймх]+|Мнени[яеюймх]+|Вопрос(?:а|у|ом|е|ы|ов|ам|ами|ах)?|Рекомендаци[яиюейхм]+|"
    "Отчет(?:а|у|ом|е|ы|ов|ам|ами|ах)?|Документ(?:а|у|ом|е|ы|ов|ам|ами|ах)?|Стать[яиюейхм]+|Дополнени[яеюймх]+|"
    "Исправлени[яеюймх]+|Поправк[аиуойемх]+|Пересмотр(?:а|у|ом|е)?|"
    # Arabic writes "and", the article and short prepositions together with the noun.
    "[وف]?(?:ال|لل|بال|كال|[لبك])?(?:قرار|مقرر|رأي|توصية|مسألة|تقرير|وثيقة|مادة|تصويب|تعديل|إضافة|مساهمة|"
    "رسالة(?: (?:ال)?(?:إدارية|معممة|جماعية)){1,2})"
)
_CIRCULAR = (
    rf"(?:(?:TSB|BR|BDT|ITU|BSE){_SP})?(?:(?:Administrative|Collective){_SP})?"
    rf"(?:Circular|Collective|Circulaire|Carta|Lettre|(?:Административн\w+{_SP})?[Цц]иркуляр(?:а|ом|у|е)?|"
    rf"Циркулярн\w+|Коллективн\w+)"
    rf"(?:[-‐‑ \u00a0](?:[Ll]etters?|[Cc]ircular|[Cc]irculaire|[Aa]dministrativ[ae]|[Cc]olectiva|[Cc]ollective|"
    rf"письм\w+|TSB|BR|BDT|БСЭ|БР|БРЭ)){{0,2}}"
)
_NO = rf"(?:(?:No\.|Nos\.|N[°ºo]\.?|n[°º]|№|núm\.|رقم){_SP}?)?"
_ORGANIZATION = "(?:ITU|UIT|МСЭ|ISO|IEC|ETSI|IEEE|RFC)(?:[-‐‑–/](?:[TRDТРД]|IEC|TS|EN))?"
_SERIES = r"[A-Z]{1,3}\.\d+(?:\.\d+)*(?:[-‐‑]\d+)?(?:/[A-Z]\.\d+(?:\.\d+)*)?"
_YEARS = rf"(?:{_SP}\((?:\d{{1,2}}/)?(?:19|20)\d{{2}}\))?"
_EDITION = rf"(?:{_SP}?[（(][^()（）\n\d]{{0,40}}(?:19|20)\d{{2}}年?[^()（）\n\d]{{0,20}}[）)])?"

_STREET = (
    "Rue|Avenue|Av\\.|Avda\\.|Boulevard|Bd|Chemin|Route|Place|Quai|Calle|C/|Plaza|Paseo|Avenida|Carrera|Via|Piazza"
)
_ROAD = "Street|Road|Avenue|Lane|Square|Drive|Boulevard|St\\.|Rd\\.|Ave\\."
_NAME = r"[^\W\d_][\w'’.-]*"
_CAPITAL = r"[^\W\d_a-zà-ÿ][\w'’.-]*"
_TOWN = rf"{_CAPITAL}(?:[ \u00a0-]{_CAPITAL}){{0,2}}(?:{_SP}\d{{1,2}}{_END})?"
_SCALE = rf"(?:{_SP}(?:millions?|millones|billions?|млн|млрд)\.?{_END})?"

UNIT = re.compile(
    rf"^(?P<before>(?:{_ISO}|{_SIGN})){_SP}?\d|\d{_SCALE}{_SP}?(?P<after>{_PERCENT}|{_SIGN}|(?:{_ISO}|{_UNITS}){_END})$"
)
"""The currency or the unit of an amount."""


def expressions(text: str, locale: str) -> Iterator[tuple[int, int]]:
    """The start and the end of everything in a text that is one word, beside its ordinary words, in order.

    ``locale`` is "es" or "es-ES"; if it is unknown, dates are known as in English.
    """
    if not _NUMERAL.search(text):
        return
    found = [match.span() for pattern in (_fixed(), _local(locale)) for match in pattern.finditer(text)]
    end = 0
    for start, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


@functools.cache
def _fixed() -> re.Pattern[str]:
    """What is written alike in every language, or only in one."""
    in_digits = "|".join((*_numeric_dates(), *_times(), _telephone(), *_numbered_addresses()))
    in_words = "|".join((*_references(), *_addresses()))
    return re.compile(
        rf"{LINK}|{_BEGINNING}(?:(?=[\d+(〇零一二三四五六七八九十])(?:{in_digits})|{_DIGIT_FOLLOWS}(?:{in_words})|{_amount()})"
    )


@functools.cache
def _local(locale: str) -> re.Pattern[str]:
    """Dates with the names of months, and amounts with the names of currencies, as in English and in a language."""
    months, currencies = (
        _any((*month_names(MESSAGES), *month_names(locale))),
        _any((*currency_names(MESSAGES), *currency_names(locale))),
    )
    day = r"\d{1,2}(?:er|re|st|nd|rd|th|\.º|º|ª|\.)?"
    days = rf"{day}(?:{_SP}?{_DASH}{_SP}?{day})?"
    between = rf"{_SP}+(?:(?:de|del|of|d['’]){_SP}*)?"
    year = rf"(?:19|20)\d{{2}}{_END}(?:{_SP}?(?:гг?\.|года|году|годов|р\.))?"
    after_day = rf"(?:,?{between}{year}|{_END})"
    after_month = rf"{_SP}{days}(?:,{_SP}?{year}|{_END})|{between}{year}"
    weekday = rf"(?:(?:{_any((*weekday_names(MESSAGES), *weekday_names(locale)))}),?{_SP})?"
    date = (
        rf"(?=\d|{_DIGIT_FOLLOWS}){weekday}(?P<day>{days}{between})?(?:{months})(?(day){after_day}|(?:{after_month}))"
    )
    amount = rf"{_DIGITS}{_SCALE}{_SP}(?:de{_SP})?(?:{currencies}){_END}"
    return re.compile(rf"{_BEGINNING}(?:{date}|{amount})")


def _numeric_dates() -> Iterator[str]:
    """Dates in digits, and as they are written in Chinese, Japanese and Korean."""
    digits = "[\\d〇零一二三四五六七八九十]"
    day = "(?:[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
    days = rf"{_SP}?{digits}{{1,3}}(?:(?:{_DASH}|至){digits}{{1,3}})?[日号]{day}"
    yield rf"{digits}{{2,4}}年(?:{_SP}?{digits}{{1,3}}月(?:{days})?)?"
    yield rf"{digits}{{1,3}}月{days}"
    yield rf"\d{{4}}년(?:{_SP}?\d{{1,2}}월(?:{_SP}?\d{{1,2}}일)?)?"
    yield rf"(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}{_END}"
    yield rf"\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}}){_END}"


def _times() -> Iterator[str]:
    clock = r"\d{1,2}:\d{2}(?::\d{2})?"
    half = rf"(?:{_SP}?(?:[ap]\.{_SP}?m\.|[ap]m{_END}|[AP]\.?M\b\.?))"
    hours = rf"{_SP}(?:hours|horas|heures|Uhr|часов|часа){_END}"
    yield rf"{clock}(?:{_SP}?{_DASH}{_SP}?{clock})?{_END}{half}?"
    yield rf"\d{{1,2}}(?:\.\d{{2}})?(?:{half}|{hours})"
    yield rf"\d{{1,2}}{_SP}?h(?:{_SP}?\d{{2}})?{_END}"
    yield rf"\d{{1,2}}{_SP}?(?:час\.|ч\.?)(?:{_SP}?\d{{1,2}}{_SP}?мин\.?)?"
    yield rf"\d{{4}}(?:{_SP}?{_DASH}{_SP}?\d{{4}})?{hours}"
    yield r"\d{1,2}[时時点點](?:\d{1,2}分)?(?:-\d{1,2}[时時点點](?:\d{1,2}分)?)?"


def _telephone() -> str:
    """A number that begins with its country's "+", or with "0" or its area in several groups; with an extension."""
    group = rf"(?:{_SP}|[-‐‑–./])?(?:\(\d{{1,4}}\){_SP}?)?\d{{1,4}}"
    after = r"(?:,?[^\S\n]?(?:[Ee]xt(?:ensi[oó]n|\.)?|[Pp]oste|[Ii]nt\.|доб\.|x)[^\S\n]?\d{1,6})?"
    groups = rf"\d{{2,4}}(?:(?:{_SP}|[-‐‑.])\d{{2,4}})"
    area = rf"\((?:0\d{{0,4}}|\d{{3}})\){_SP}?(?:{groups}{{1,4}}|\d{{5,8}})"
    national = rf"0\d{{1,4}}(?:{_SP}|[-‐‑./]){groups}{{1,4}}"
    american = r"(?:1[-.])?\d{3}[-.]\d{3}[-.]\d{4}"
    return rf"(?:\+\d{{1,4}}(?:{group}){{2,8}}|{area}|{national}|{american}){_END}{after}{_END}"


def _numbered_addresses() -> Iterator[str]:
    """Addresses that begin with a number: that of the house, or the postcode."""
    road = rf"\d{{1,4}}[a-z]?(?:{_SP}{_CAPITAL}){{1,4}}?{_SP}(?:{_ROAD}){_END}"
    rue = rf"\d{{1,4}}[a-z]?,?{_SP}(?:[Rr]ue|[Cc]hemin|[Rr]oute|[Aa]venue)(?:{_SP}{_NAME}){{1,5}}"
    yield rf"(?:{rue}|{road})(?:,{_SP}(?:[A-Z]{{1,3}}[-‐‑–])?\d{{4,6}}{_SP}{_TOWN})?"
    yield rf"\d{{5,6}}{_SP}{_TOWN}"


def _addresses() -> Iterator[str]:
    """Addresses that begin with the street, or with the country's letters before the postcode."""
    street = rf"(?:{_STREET}){_SP}(?:{_NAME}{_SP}){{0,4}}?{_NAME}(?:,?{_SP}\d{{1,4}}[a-z]?{_END})?"
    yield rf"{street},{_SP}(?:[A-Z]{{1,3}}[-‐‑–])?\d{{4,6}}{_SP}{_TOWN}"
    yield rf"(?:{_STREET}){_SP}(?:{_NAME}{_SP}){{0,4}}?{_CAPITAL},?{_SP}\d{{1,4}}[a-z]?{_END}"
    yield rf"[A-Z]{{1,3}}[-‐‑–]\d{{4,6}}{_SP}{_TOWN}"


def _references() -> Iterator[str]:
    """What letters cite: "TSB Circular 213", "Rec. ITU-R M.1457-13", "Resolution 72 (Rev. Hammamet, 2016)"."""
    number = r"(?:[A-Z]{1,6}[-/])*\d[\w/-]*(?:\.\d[\w/-]*)*"
    yield rf"(?:(?:{_NOUNS}){_SP})?(?:{_ORGANIZATION}{_SP})?{_SERIES}{_END}{_YEARS}"
    yield rf"(?:{_NOUNS}){_SP}{_NO}(?:{_ORGANIZATION}{_SP})?{number}{_END}{_EDITION}"
    yield rf"{_CIRCULAR}{_SP}{_NO}{number}{_END}(?:{_SP}(?:БСЭ|БР|БРЭ){_END})?"
    yield r"[A-Z]{2,6}/(?:[A-Z]{1,6}[-/])*\d[\w/-]*"
    yield rf"第{_SP}?\d+(?:[-/]\d+)?{_SP}?号(?:决议|决定|建议书|(?:行政)?通函|集体函|课题|文件|意见)?{_EDITION}"
    yield rf"(?:决议|通函|课题|建议书|勘误|补遗|修订){_SP}?\d+(?:[-/]\d+)?"


def _amount() -> str:
    """A number, or a range of two ("pages 12–14"), with its currency, unit or "%"."""
    before = rf"(?:(?:{_ISO}|{_SIGN}){_SP}?(?=\d))?"
    after = rf"(?:{_SP}?(?:{_PERCENT}|{_SIGN}|(?:{_ISO}|{_UNITS}){_END}))?"
    range_of_two = rf"{_DIGITS}(?:{_SP}?{_DASH}{_SP}?{_DIGITS})?"
    return rf"(?=[\d−-]|[A-Z€£¥₹₽₩$])[−-]?{before}{range_of_two}{_SCALE}{after}{_END}(?![-‐‑/]\w)"


@functools.cache
def month_names(locale: str) -> dict[str, int]:
    """The number of each month, by its names, also abbreviated and as they begin a sentence; not those with digits."""
    return _names(_cldr(locale).months, "wide", "abbreviated")


@functools.cache
def weekday_names(locale: str) -> dict[str, int]:
    """The number of each day of the week, from 0 for Monday, by its names."""
    return _names(_cldr(locale).days, "wide")


def _names(calendar: Any, *widths: str) -> dict[str, int]:
    forms = [form for name in ("format", "stand-alone") for form in (calendar[name][width] for width in widths)]
    names = {str(name): number for form in forms for number, name in form.items()}
    spelled = {name: number for one, number in names.items() for name in (one, one.capitalize())}
    return {name: number for name, number in spelled.items() if not re.search(r"\d|月", name)}


@functools.cache
def currency_names(locale: str) -> dict[str, str]:
    """The code of each currency, by its names."""
    from babel.numbers import get_currency_name

    codes, counts = ("CHF", "USD", "EUR", "GBP", "JPY"), (1, 2, 5)
    named = [(get_currency_name(code, n, _cldr(locale)), code) for code in codes for n in counts]
    return {name: code for one, code in named for name in (one, one.casefold(), one.lower())}


@functools.cache
def _cldr(locale: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse((locale or MESSAGES).replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale(MESSAGES)


def _any(names: Iterable[str]) -> str:
    """An expression for any of the names; a longer one goes first."""
    return "|".join(re.escape(name) for name in sorted({*names}, key=lambda name: (-len(name), name)))
