"""Prints the text of a PDF file as pdfium reads it, and to the standard error the number of pages, microseconds and kilobytes."""

import sys
import time

import pypdfium2

try:
    import resource
except ImportError:  # Windows
    resource = None

started = time.monotonic()
document = pypdfium2.PdfDocument(sys.argv[-1])
pages = [page.get_textpage().get_text_range() for page in document]
microseconds = round((time.monotonic() - started) * 1_000_000)
sys.stdout.buffer.write("\n".join(pages).encode("utf-8", "replace"))
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0
print(len(pages), microseconds, kilobytes, file=sys.stderr)
