"""A source as a scan: pictures of its pages, a little askew, in a pdf without a text layer."""

import io
import zlib

import numpy
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from eval.ekbacka.pdf import pdf
from eval.ekbacka.source import Source

DOTS_PER_INCH = 170
NOISE = 9.0  # standard deviation, in levels of grey out of 255
PAPER = 244
QUALITY = 55


def scan(source: Source) -> bytes:
    """The pdf. Two calls with the same source give the same bytes."""
    random = numpy.random.default_rng(zlib.crc32(str(source.target).encode()))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle("Skannat dokument")
    document = pypdfium2.PdfDocument(pdf(source))
    try:
        for page in document:
            picture = _worn(page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil(), random)
            canvas.drawImage(ImageReader(picture), 0, 0, *A4)
            canvas.showPage()
    finally:
        document.close()
    canvas.save()
    return buffer.getvalue()


def _worn(picture: Image.Image, random: numpy.random.Generator) -> io.BytesIO:
    """The page as a jpeg off a copier: turned by up to a degree and a half, blurred, greyed and speckled."""
    angle = float(random.uniform(0.4, 1.5) * random.choice((-1, 1)))
    turned = picture.convert("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    levels = numpy.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), dtype=numpy.float64)
    levels = 30 + levels * ((PAPER - 30) / 255) + random.normal(0, NOISE, levels.shape)
    # Darker towards one edge, as under a lid that does not close.
    levels -= numpy.linspace(0, 18, levels.shape[1]) ** 2 / 18
    specks = random.integers(0, levels.size, 120)
    levels.flat[specks] = 90
    jpeg = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype(numpy.uint8)).save(jpeg, "JPEG", quality=QUALITY)
    jpeg.seek(0)
    return jpeg
