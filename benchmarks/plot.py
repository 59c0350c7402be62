"""Rates by server as bars, in an SVG that is legible on light and on dark pages."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from benchmarks.report import Race, Report, Served

WIDTH, NAMES, VALUES = 720, 170, 70  # of the picture, and of the text beside the bars
TITLE, ROW, BAR, GAP = 30, 22, 14, 16
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.ours { fill: #2f6feb }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ours { fill: #539bf5 }
  .other { fill: #768390 }
}
"""


def plot(report: Report) -> str:
    """One panel for each race, with a scale of its own."""
    panels, top = list[str](), 0
    for race in report.races:
        if race.plotted:
            panels += _panel(race, top)
            top += TITLE + ROW * len(race.served) + GAP
    shown = "\n".join(panels)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img">
<title>Requests per second by server; more is better</title>
<style>{STYLE}</style>
{shown}
</svg>
"""


def _panel(race: Race, top: int) -> Iterator[str]:
    title = f"{race.title}, per second"
    yield f'<text class="title" x="0" y="{top + 18}">{escape(title)}</text>'
    most = max(served.rate for served in race.served)
    for n, served in enumerate(sorted(race.served, key=lambda served: -served.rate)):
        yield _bar(served, served.rate / most, top + TITLE + ROW * n)


def _bar(served: Served, share: float, top: int) -> str:
    length = max(1.0, share * (WIDTH - NAMES - VALUES))
    rate = f"{served.rate:,.0f}" if served.rate >= 100 else f"{served.rate:.1f}"
    kind = "ours" if served.is_ours else "other"
    return (
        f'<text x="{NAMES - 8}" y="{top + 12}" text-anchor="end">{escape(served.server)}</text>'
        f'<rect class="{kind}" x="{NAMES}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2"/>'
        f'<text x="{NAMES + length + 6:.1f}" y="{top + 12}">{rate}</text>'
    )
