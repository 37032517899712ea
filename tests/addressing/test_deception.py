"""Words of a link that look like an address are the link's; all other words may be any."""

from __future__ import annotations

import pytest

from circulars.addressing.deception import deception, misleading_links
from circulars.addressing.lookalikes import COMMON, COMMON_LOOKALIKES, lookalikes
from circulars.model.text import Span

# The address of a link, and words that say another one, or an address that misleads whatever the words.
MISLEADING = (
    ("mailto:ana@good.example?subject=x%0D%0ABcc:%20eve@evil.example", "Ana"),
    ("mailto:ana@good.example?subject=x&amp;cc=eve@evil.example", "Ana"),
    ("mailto:ana@good.example?attach=/etc/passwd", "Ana"),
    ("mailto:ana@good.example?reply-to=eve@evil.example", "Ana"),
    ("https://evil.example/", "file:///etc"),
    ("https://evil.example/", "\u026a\u1d1b\u1d1c.\u026a\u0274\u1d1b"),
    ("https://evil.example/", "good\u2e31com"),
    ("https://evil.example/", "good\u2e33com"),
    ("https://evil.example/", "good\u2840com"),
    ("https://evil.example/", "httрѕ%3A/gооd%2Eіnt/"),
    ("https://evil.example/", "правительств\u0336о.рф"),
    ("https://evil.example/", "правительство\u30fbрф"),
    ("https://evil.example/", "paypal%2E\ncom/a"),
    ("https://evil.example/", "see //good\ua4f8exa\nmple/a#b now"),
    ("https://evil.example/", "https://good.example/"),
    ("https://evil.example/", "HTTPS://GOOD.EXAMPLE"),
    ("https://evil.example/", "good.example"),
    ("https://evil.example/", "www.good.example"),
    ("https://evil.example/", "Good.Example"),
    ("https://evil.example/", "see good.example for more"),
    ("mailto:evil@evil.example", "ana@good.example"),
    ("mailto:evil@evil.example", "ANA@GOOD.EXAMPLE"),
    ("mailto:evil@evil.example", "ana\uff20good\uff0eexample"),
    ("https://evil.example/", "ana@good.example"),
    ("tel:+900123456", "ana@good.example"),
    ("tel:+900123456", "+41 22 730 5111"),
    ("https://evil.example/", "good\u3002example"),
    ("https://evil.example/", "good\uff0eexample"),
    ("https://evil.example/", "good\u00ad.example"),
    ("https://evil.example/", "go\u200bod.example"),
    ("https://evil.example/", "good.\u2060example"),
    ("https://evil.example/", "good\u2024example"),
    ("https://evil.example/", "ｇｏｏｄ.ｅｘａｍｐｌｅ"),
    ("https://evil.example/", "gооd.exаmple"),
    ("https://evil.example/", "httрs://intranet"),
    ("https://evil.example/", "https:good.example"),
    ("https://evil.example/", "https:/good.example"),
    ("https://evil.example/", "https:\\\\good.example"),
    ("https://evil.example/", "https://good"),
    ("https://evil.example/", "ftp://good.example"),
    ("https://evil.example/", "good.com"),
    ("https://evil.example/", "good.COM!"),
    ("https://evil.example/", "(good.com)"),
    ("https://evil.example/", "\u00abgood.com\u00bb"),
    ("https://evil.example/", "good.com."),
    ("https://evil.example/", "good.com/path"),
    ("https://evil.example/", "good.com:443"),
    ("https://evil.example/", "https%3A%2F%2Fgood.example"),
    ("https://evil.example/", "good%2Ecom"),
    ("https://evil.example/", "good.co\nm"),
    ("https://evil.example/", "https://good.\nexample"),
    ("https://evil.example/", "good.exam\nple"),
    ("https://evil.example/", "xn--bcher-kva.example"),
    ("https://evil.example/", "bücher.example"),
    ("https://xn--bcher-kva.example/", "xn--bcher-kvb.example"),
    ("https://github.com/evil", "https://github.com/itu"),
    ("https://github.com/itu-evil", "github.com/itu"),
    ("https://github.com/itu/../evil", "github.com/itu"),
    ("https://github.com/itu/%2e%2e/evil", "github.com/itu"),
    ("https://good.example.evil.example/", "good.example"),
    ("https://evil.example/good.example", "good.example"),
    ("https://evil.example/?good.example", "https://good.example"),
    ("https://evil.example/#@good.example", "good.example"),
    ("https://good.example@evil.example/", "good.example"),
    ("https://good.example:80@evil.example/", "x"),
    ("https://user@evil.example/", "x"),
    ("https://gооgle.example/", "x"),
    ("https://аррӏе.com/", "https://аррӏе.com/"),
    ("https://xn--80ak6aa92e.com/", "аррӏе.com"),
    ("https://сор.com", "x"),
    ("https://paypai.com/", "https://paypaI.com"),
    ("https://googie.com/", "GoogIe.com"),
    ("https://admln.example/", "ADMlN.example"),
    ("mailto:ana@good.example?cc=evil@evil.example", "Ana"),
    ("mailto:ana@good.example?BCC=evil@evil.example", "ana@good.example"),
    ("mailto:ana@good.example,evil@evil.example", "Ana"),
    ("mailto:evil%40evil.example,x@good.example", "x"),
    ("mailto:a@good.example?subject=x&%63c=evil@evil.example", "x"),
    ("mailto:ana@good.example.evil.example", "ana@good.example"),
    ("mailto:xana@good.example", "ana@good.example"),
    ("mailto:ana@evil.example", "ana@good.example"),
    ("mailto:ana@good.example", "ana@good.example and ben@good.example"),
    ("#annex", "https://good.example"),
    ("#annex", "good.example"),
    ("https://evil.example/", "\\\\server\\share"),
    ("https://evil.example/", "192.0.2.1:8080/x"),
    ("https://evil.example/", "http://192.0.2.1"),
    ("https://evil.example/", "请访问good.example网站"),
    ("https://evil.example/", "请访问\uff1agood.example"),
    ("https://good.example/", "https://good.example/ or https://evil.example"),
    ("https://evil.example/", "good\u00b7example"),
    ("https://evil.example/", "good\u00b7com"),
    ("https://evil.example/", "www\u00b7good\u00b7com"),
    ("https://evil.example/", "goodꓸexample"),
    ("https://evil.example/", "good٠example"),
    ("https://evil.example/", "good.рф"),
    ("https://evil.example/", "правительство.рф"),
    ("https://evil.example/", "例え.みんな"),
    ("https://evil.example/", "good.中国"),
    ("https://evil.example/", "wwᴡ.good.com"),
    ("https://evil.example/", "ｗｗｗ.good"),
    ("https://evil.example/", "www.good"),
    ("https://evil.example/", "good.ex\u0301ample"),
    ("https://evil.example/", "good\u0323.example"),
    ("https://evil.example/", "𝐠𝐨𝐨𝐝.𝐜𝐨𝐦"),
    ("https://evil.example/", "\u24d6\u24de\u24de\u24d3.\u24d2\u24de\u24dc"),
    ("https://evil.example/", "ana\ufe6bgood.com"),
    ("https://evil.example/", "good.zip"),
    ("https://evil.example/", "mailto:x"),
    ("https://evil.example/", "tel:+41227305111"),
    ("https://evil.example/", "+41 22 730 5111"),
    ("https://good.example:8080/", "https://good.example:9090/"),
    ("https://good.example:8080/", "https://good.example:443"),
    ("https://evil.example/", "good.example\u3000"),
    ("https://evil.example/", "good\u2009.\u2009example"),
    ("https://evil.example/", "https\u200b://good.example"),
    ("https://evil.example/", "@good.example"),
    ("https://evil.example/", "good.example@"),
    ("https://evil.example/good.sh", "good.com"),
    ("https://g.example/a/b", "g.example/x\u2026b"),
    ("https://g.example/a/b", "g.example/\u2026/c"),
    ("https://evil.example/", "https://evil.example@good.example"),
    ("https://evil.example/", "https://evil.example.good.example"),
    ("https://evil.example/", "evil.example.good.com"),
    ("https://evil.example/", "good.com/evil.example"),
    ("https://evil.example/", "good.com?evil.example"),
    ("https://evil.example/", "good.com#evil.example"),
    ("https://evil.example/", "xevil.example"),
    ("https://evil.example/", "évil.example"),
    ("https://evil.example/", "evil.example-good.com"),
    ("https://evil.example/", "evil.exampless.com"),
    ("https://bücher.example", "übücher.example"),
    ("https://例え.みんな/", "x例え.みんな"),
    ("tel:+900123456", "tel:+41227305111"),
    ("tel:+900123456", "022 730 51 11"),
    ("tel:+900123456", "022/730.51.11"),
    ("tel:+900123456", "٠٤١٢٢٧٣٠٥١١١"),
)  # fmt: skip

# The address of a link, and words that say it in another way.
THE_SAME = (
    ("https://good.example/(a)", "(see https://good.example/(a))."),
    ("https://good.example", "https://good.example"),
    ("https://good.example", "https://good.example/"),
    ("https://good.example", "good.example"),
    ("https://good.example", "www.good.example"),
    ("https://www.good.example/", "good.example"),
    ("https://good.example", "GOOD.example"),
    ("https://good.example", "http://good.example"),
    ("https://good.example/a/b", "good.example/a"),
    ("https://good.example/a/b", "good.example/a/b."),
    ("https://good.example/a/b", "(good.example)"),
    ("https://good.example/a/b?x=1", "good.example/a/b"),
    ("https://good.example/a/b", "good.example/\u2026/b"),
    ("https://good.example/a/b", "good.example/a\u2026"),
    ("https://good.example/a_(b)", "https://good.example/a_(b)"),
    ("https://good.example/%C3%BC", "good.example/ü"),
    ("https://good.example/ü", "https://good.example/%C3%BC"),
    ("https://bücher.example/", "bücher.example"),
    ("https://xn--bcher-kva.example/", "bücher.example"),
    ("https://bücher.example/", "xn--bcher-kva.example"),
    ("https://bücher.example/", "BÜCHER.EXAMPLE"),
    ("mailto:ana@good.example", "ana@good.example"),
    ("mailto:ana@good.example", "Ana (ana@good.example)"),
    ("mailto:ana@good.example?subject=Hi", "ana@good.example?subject=Hi"),
    ("mailto:ana@good.example", "mailto:ana@good.example"),
    ("mailto:Ana@Good.example", "ana@good.example"),
    ("mailto:ana@bücher.example", "ana@bücher.example"),
    ("tel:+41227305111", "+41 22 730 51 11"),
    ("tel:+41227305111", "tel:+41227305111"),
    ("tel:+41227305111", "022 730 51 11"),
    ("tel:+41 22 730 51 11", "+41 (0)22 730 51 11"),
    ("tel:+41227305111", "call us"),
    ("tel:+41227305111", "+41 22 730 5111 ext. 12"),
    ("https://wa.me/41227305111", "+41 22 730 51 11"),
    ("https://good.example", "请访问good.example网站"),
    ("https://good.example/a", "请访问 good.example/a网站\u3002"),
    ("https://例え.テスト/", "例え.テスト"),
    ("https://правительство.рф/", "правительство.рф"),
    ("https://сор.рф/", "сор.рф"),
    ("https://good.example", "good.example:443"),
    ("https://good.example:8080/x", "https://good.example:8080/x"),
    ("https://good.example/x/../y", "https://good.example/x/../y"),
    ("https://good.example/files/report.zip", "report.zip"),
    ("https://good.example/README.md", "readme.md"),
    ("https://good.example", "good\u00ad.example"),
    ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
    ("https://ITU.INT", "ITU.INT"),
    ("http://192.0.2.1/", "http://192.0.2.1/"),
    ("https://good.example", "https://good.example\u3002"),
    ("https://good.example", "\u00bbgood.example\u00ab"),
    ("https://good.example/path?q=a.b@c&d=https://evil.example", "https://good.example/path?q=a.b@c&d=https://evil.example"),
    ("https://medium.com/@user", "https://medium.com/@user"),
    ("https://good.example/#x@y.z", "https://good.example/#x@y.z"),
    ("https://good.example./", "https://good.example./"),
    ("https://good.example/a'b", "https://good.example/a'b"),
    ("https://a.example/'onmouseover='x&amp;%22", "https://a.example/'onmouseover='x&amp;%22"),
    ("https://good.example/%zz", "https://good.example/%zz"),
    ("https://good.example/a%20b", "https://good.example/a%20b"),
)  # fmt: skip

# Words in the six languages of the United Nations, German, Japanese, Korean, Greek and Hebrew that are no address.
ORDINARY = """
see the page | Recommendation X.509 | Recommendation ITU-T X.509 (2019) | e.g. | i.e. | U.S. | U.S.A.
ITU-T A.5 | ITU-T G.fast | G.hn | letter.docx | report.pdf | budget.xlsx | photo.jpg | a.m. | p.m.
9 a.m. | 10.30 a.m. | No. 5 | Nos. 3 and 4 | Ph.D. | M.Sc. | B.Sc. programme | Node.js | v2.0.1
version 3.14 | Section 7.3.2.1 | 1.2.3.4 | 10.000.000 | CHF 1.5 million | Art. 12
Resolution 2 (Rev. Dubai, 2018) | Co. Ltd. | Huawei Technologies Co.Ltd | Inc. | St. Petersburg | www
http | HTTPS | http/1.1 | @ITU | @itu_standards | #ITU | 24/7 | and/or | Mr. Smith | Dr. No | etc.
etc... | wait… | A.1 | A.1.2 | Annex A. | Q.1/5 | SG5-C.23 | TD 213 (Rev.1) | COM 5 – R 12
3GPP TS 23.501 | ISO/IEC 27001:2022 | at 10:30 | 10:30 | Note: see below | C: | U4SSC | SG5/XX | 50 %
100% | 100 %20 | a:b | :  | ... | . | : | @ | Geneva, 12.07.2024 | 12.7.2024 | 2024.07.12 | E.164 | T.140
ITU-T H.264 | M.2410 | Q&A | R&D | AT&T | C++ | C# | .NET
EE. UU. | EE.UU. | p. ej. | p.ej. | Sr. D. Juan | Sra. Ejemplo | n.º 5 | N.º 213 | 1.er párrafo
3.er informe | 2.ª reunión | 1.º | págs. 3-5 | a. C. | S.A. | S.A. de C.V. | Excmo. Sr. | Vd. | la página
véase la página web | Unión Internacional de Telecomunicaciones | «Unidos» | 10.30 h | art. 5 | cap. II
¿Dónde? | D.ª Ana | etc., véase | 2.do
p. ex. | c.-à-d. | M. Dupont | Mme Dupont | n° 5 | art. 5 | S.A.R.L. | l'UIT | aujourd'hui
les participant·es | chaque citoyen·ne | délégué·e·s | auteur·rice | 10 h 30 | etc. | A.O.C.
« la page » | 1er | 2e | J.-C. | voir ci-dessous : page | Prière de s'inscrire !
z. B. | z.B. | d. h. | d.h. | u. a. | u.a. | Nr. 5 | Abs. 2 | Art. 5 Abs. 2 | St. Gallen | St.Gallen
e.V. | GmbH & Co. KG | Straße | usw. | 12.07.2024 | 10.30 Uhr | vgl. Seite 3 | i. d. R. | Größe | bzw.
т. е. | т.е. | и т. д. | и т.д. | см. страницу | г. Москва | г.Москва | ст. 5 | п. 1.2
Рекомендация МСЭ-Т X.509 | № 5 | ООО | д-р | ул. Ленина | и.о. | страница
Резолюция 2 (Пересм. Дубай, 2018 г.)
请看会议网页 | 会议网页。 | 国际电信联盟 | 详见网页（英文） | 第五研究组 | 建议书 X.509 | 2024年7月12日
会议。请参加 | 请见下文：网页
图1.2
صفحة الاجتماع | انظر الصفحة. | الاتحاد الدولي للاتصالات | التوصية X.509 | ٢٠٢٤ | ٢٠٠٥ | ١٠٫٥ | ص.ب. | ص.ب
د. أحمد | القرار ٢ (المراجع في دبي، ٢٠١٨) | رقم ٥٠١٥١ | ٥٠٬١٠٠ | ۵۰۱۰۰
ラ・マンチャ | 会議・ページ | 공지사항 | 회의 홈페이지 | Ελληνικά | σελ. 5 | עמוד הפגישה | ע.ר.
"""


@pytest.mark.parametrize(("address", "words"), MISLEADING, ids=ascii)
def test_words_that_are_another_address_mislead(address: str, words: str) -> None:
    """Whatever the letters, the dots, the case and the script: what reads like an address is the link's."""
    wrong = deception(address, words)

    assert wrong is not None
    assert all(wrong)


@pytest.mark.parametrize(("address", "words"), THE_SAME, ids=ascii)
def test_words_may_say_the_address_in_another_way(address: str, words: str) -> None:
    """Case, "www.", a shortened path, percent signs and the name in ASCII make no difference."""
    assert deception(address, words) is None


@pytest.mark.parametrize("words", [word for line in ORDINARY.splitlines() for word in line.split(" | ") if word])
def test_ordinary_words_may_lead_anywhere(words: str) -> None:
    """Abbreviations, names of documents, numbers and dates are no addresses."""
    for address in ("https://www.example.int/", "mailto:ana@example.int", "tel:+41220000000", "#annex"):
        assert deception(address, words) is None


@pytest.mark.parametrize(
    "spans",
    [
        (Span("https://good.exam"), Span("ple", link="https://evil.example/")),
        (Span("good", link="https://evil.example/"), Span(".example is the page")),
        (Span("good.", link="https://evil.example/1"), Span("example", link="https://evil.example/2")),
        (Span("https://", link="https://evil.example/"), Span("good", True, link="https://evil.example/")),
        (Span("ana", link="mailto:evil@evil.example"), Span("@good.example")),
        (Span("https://good.example", link="https://good.example/"), Span("/"), Span("ITU", link="https://x.example")),
    ],
)
def test_an_address_that_is_a_link_in_part_misleads(spans: tuple[Span, ...]) -> None:
    """Neither bold letters nor the end of a link hide that the text reads like another address."""
    assert [*misleading_links(spans)] != []


@pytest.mark.parametrize(
    "spans",
    [
        (Span("see ("), Span("the page", link="https://good.example/"), Span("), and x.example")),
        (Span("l'"), Span("UIT", link="https://good.example/"), Span(".")),
        (Span("good", True, link="https://good.example/"), Span(".example", link="https://good.example/"), Span(".")),
        (Span("https://good.example", link="https://good.example/"), Span(", "), Span("ITU", link="https://x.example")),
        (Span("the page", link="https://good.example/"), Span("", hole="addressee.name")),
        (Span("请用"), Span("模板", link="https://good.example/"), Span("发至秘书处（ana@x.example）。")),
        (Span("في "), Span("الصفحة", link="https://good.example/"), Span("،ana@x.example؛")),
        (Span("", link="https://good.example/", hole="addressee.site"),),
    ],
)
def test_the_text_around_a_link_is_its_own(spans: tuple[Span, ...]) -> None:
    """Only letters, figures and dots that touch a link can belong to an address in it."""
    assert [*misleading_links(spans)] == []


def test_the_table_of_common_characters_is_a_part_of_the_whole() -> None:
    """Each common character looks like the same one in the table of Unicode, or like none in both."""
    whole = lookalikes()
    common = [number for number in range(0x110000) if COMMON.fullmatch(chr(number))]

    assert {number: whole[number] for number in common if number in whole} == COMMON_LOOKALIKES
