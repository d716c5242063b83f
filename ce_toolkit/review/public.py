"""The public files of a draw: codes, hours and tickets; no name and no certificate number.

One folder holds ``抽样框.csv``, ``分层.csv`` and ``抽样承诺.json`` (published before the seed), then ``种子.txt`` and
``样本.csv``. They are all that anybody needs to repeat the draw, and all that the command line works on.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ce_toolkit.errors import SampleError
from ce_toolkit.review.commit import Commitment, read_commitment, read_strata
from ce_toolkit.review.draw import FRAME_FILE, SAMPLE_FILE, STRATA_FILE, Draw, read_sample, verify_draw
from ce_toolkit.review.findings import STOP, Finding
from ce_toolkit.review.frame import Frame, read_frame

COMMITMENT_FILE, SEED_FILE = "抽样承诺.json", "种子.txt"
BEFORE, AFTER = (FRAME_FILE, STRATA_FILE, COMMITMENT_FILE), (SEED_FILE, SAMPLE_FILE)


def commitment_files(frame: Frame, commitment: Commitment) -> dict[str, str]:
    """Name and text of the files that are published before the seed."""
    return {FRAME_FILE: frame.text, STRATA_FILE: commitment.strata_text, COMMITMENT_FILE: commitment.text}


def sample_files(drawn: Draw) -> dict[str, str]:
    """Name and text of the files that are published after the draw."""
    return {SEED_FILE: drawn.seed + "\n", SAMPLE_FILE: drawn.text}


def write_text(path: Path, text: str) -> Path:
    """Write a public file byte for byte as it was hashed: UTF-8, line feeds, no mark in front."""
    path.write_bytes(text.encode())
    return path


def read_text(folder: Path, name: str) -> str:
    """A public file's text. Raises SampleError where it is not there or is no text."""
    try:
        return (folder / name).read_bytes().decode("utf-8-sig")
    except OSError:
        raise SampleError(f"{folder.name}：没有 {name}；请把公示的文件放在同一个文件夹。") from None
    except UnicodeDecodeError:
        raise SampleError(f"{name} 不是 UTF-8 文本，请用公示时的原文件，不要用表格软件另存。") from None


def read_committed(folder: Path) -> tuple[Frame, Commitment]:
    """The frame and the commitment of a folder, as they stand there."""
    frame = read_frame(read_text(folder, FRAME_FILE))
    return frame, read_commitment(read_text(folder, COMMITMENT_FILE), read_strata(read_text(folder, STRATA_FILE)))


def read_draw(folder: Path) -> Draw:
    """The draw of a folder, as it stands there; ``verify_folder`` says whether it is right."""
    frame, commitment = read_committed(folder)
    return read_sample(read_text(folder, SAMPLE_FILE), frame, commitment, read_text(folder, SEED_FILE).strip())


def verify_folder(folder: Path) -> list[Finding]:
    """What does not agree in a folder of public files; empty if the draw comes out again."""
    frame = read_frame(read_text(folder, FRAME_FILE))
    strata = read_strata(read_text(folder, STRATA_FILE))
    try:
        commitment = read_commitment(read_text(folder, COMMITMENT_FILE), strata)
    except SampleError as error:
        return [Finding("RS-commitment", STOP, COMMITMENT_FILE, "", "", str(error), "应为公示时的原文件", "请重新取得")]
    drawn = read_sample(read_text(folder, SAMPLE_FILE), frame, commitment, read_text(folder, SEED_FILE).strip())
    return verify_draw(commitment, frame, drawn)


def digests(folder: Path, names: Sequence[str] = (*BEFORE, *AFTER)) -> dict[str, str]:
    """SHA-256 of the public files that are there, by name."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names if (folder / name).is_file()
    }
