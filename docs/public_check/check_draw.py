"""核对一次公开抽样：python check_draw.py 公开文件所在文件夹。只用 Python 自带的库。"""

# fmt: off
import csv, hashlib, json, sys
from collections import Counter
from pathlib import Path
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
raw = {name: (folder / name).read_bytes() for name in ("抽样框.csv", "分层.csv", "抽样承诺.json", "种子.txt", "样本.csv")}
sha = {name: hashlib.sha256(data).hexdigest() for name, data in raw.items()}
rows = {name: list(csv.DictReader(data.decode().splitlines())) for name, data in raw.items() if name.endswith("csv")}
promise, seed = json.loads(raw["抽样承诺.json"]), raw["种子.txt"].decode().strip()
key = hashlib.sha256(seed.encode()).hexdigest()
pairs = (("抽样框.csv", "frame_sha256"), ("分层.csv", "strata_sha256"))
faults = [f"{name} 与承诺的摘要" for name, field in pairs if sha[name] != promise[field]]
stage = max((int(row["stage"]) for row in rows["样本.csv"]), default=1)
hours = {row["unit_id"]: float(row["hours"]) for row in rows["抽样框.csv"]}
def ticket(unit):  # 票号：SHA-256(SHA-256(种子) + 编号) 写成十进制，补足 64 位，倒过来
    return "0." + str(int(hashlib.sha256((key + unit).encode()).hexdigest(), 16)).zfill(64)[::-1]
drawn, hits = {}, Counter()
for name in promise["strata"]:
    units = [row["unit_id"] for row in rows["分层.csv"] if row["stratum"] == name]
    certain = name in promise["certainty"]
    size = len(units) if certain else promise["allocation"][name][:stage][-1]
    if promise["unit"] == "hours" and not certain:
        units = [f"{unit}#{k}" for unit in units for k in range(1, round(hours[unit] / float(promise["quantum"])) + 1)]
    for number, unit in sorted((ticket(unit), unit) for unit in units)[:size]:
        hits[unit.partition("#")[0]] += 1
        drawn.setdefault(unit.partition("#")[0], (name, number))
told = Counter((row["unit_id"], row["stratum"], row["ticket"], int(row["hits"])) for row in rows["样本.csv"])
wanted = Counter((unit, *facts, hits[unit]) for unit, facts in drawn.items())
faults += sorted({f"样本.csv 单元 {one[0]}" for one in [*(told - wanted), *(wanted - told)]})
print("抽样承诺的摘要（请与公示核对）：", sha["抽样承诺.json"])
print("不符：" + "；".join(faults) if faults else f"相符：{len(wanted)} 项样本都能重新抽出。")
sys.exit(1 if faults else 0)
