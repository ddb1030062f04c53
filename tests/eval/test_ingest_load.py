from multiprocessing import get_context

from eval.ingest_load import Load, measure, write_pdf


def test_speed_is_by_processor_time():
    assert Load(pages=100, seconds=90.0, processor=20.0, memory=0.5).speed == 300


def test_a_made_pdf_is_read_and_measured(tmp_path):
    write_pdf(tmp_path / "lång.pdf", pages=2, words=80)
    with get_context("spawn").Pool(1) as pool:  # the peak is that of all processes begun by one
        load = pool.apply(measure, (tmp_path / "lång.pdf",))
    assert load.pages == 2
    assert 0 < load.memory < 1.5
    assert 0 < load.processor < 60
