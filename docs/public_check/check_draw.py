"""核对一次公开抽样：python check_draw.py 公开文件所在文件夹。只用 Python 自带的库，不需要安装任何软件。"""

import csv
import hashlib
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
raw = {name: (folder / name).read_bytes() for name in ("抽样框.csv", "分层.csv", "抽样承诺.json", "种子.txt", "样本.csv")}
sha = {name: hashlib.sha256(data).hexdigest() for name, data in raw.items()}
rows = {name: list(csv.DictReader(data.decode().splitlines())) for name, data in raw.items() if name.endswith("csv")}
promise, seed = json.loads(raw["抽样承诺.json"]), raw["种子.txt"].decode().strip()
key = hashlib.sha256(seed.encode()).hexdigest()
faults = [name for name, field in (("抽样框.csv", "frame_sha256"), ("分层.csv", "strata_sha256")) if sha[name] != promise[field]]
stage = max((int(row["stage"]) for row in rows["样本.csv"]), default=1)
hours = {row["unit_id"]: float(row["hours"]) for row in rows["抽样框.csv"]}


def ticket(unit):
    """票号：SHA-256(SHA-256(种子) + 编号) 写成十进制，至少 64 位，倒过来。"""
    return "0." + str(int(hashlib.sha256((key + unit).encode()).hexdigest(), 16)).zfill(64)[::-1]


drawn = {}
for name in promise["strata"]:
    units = [row["unit_id"] for row in rows["分层.csv"] if row["stratum"] == name]
    size = len(units) if name in promise["certainty"] else ([0] + promise["allocation"][name])[: stage + 1][-1]
    if promise["unit"] == "hours" and name not in promise["certainty"]:
        units = [f"{unit}#{k}" for unit in units for k in range(1, round(hours[unit] / float(promise["quantum"])) + 1)]
    for number, unit in sorted((ticket(unit), unit) for unit in units)[:size]:
        drawn.setdefault(unit.partition("#")[0], [name, number, 0])[2] += 1
told = {row["unit_id"]: [row["stratum"], row["ticket"], int(row["hits"])] for row in rows["样本.csv"]}
faults += [f"样本.csv 单元 {unit}" for unit in sorted({*drawn, *told}) if drawn.get(unit) != told.get(unit)]
print("抽样承诺摘要（请与公示核对）：", sha["抽样承诺.json"])  # noqa: T201
print("不符：" + "；".join(faults) if faults else f"相符：{len(told)} 项样本全部可以重新抽出，种子 {seed}。")  # noqa: T201
sys.exit(1 if faults else 0)
