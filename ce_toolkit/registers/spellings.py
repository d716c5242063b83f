"""Spellings: names with and without separators, in traditional and simplified characters; numbers with a slip.

Two spellings are never taken for one person here; they are a reason to ask.
"""

import pandas as pd

_TRADITIONAL = (
    "張陳劉楊黃趙吳孫馬鄭謝韓馮蕭許鄧葉蘇呂賈蔣餘盧閻範鄒陸萬錢湯賀顧龍龔賴嚴華魯韋鳳倪羅畢鄔傅齊於龐譚莊聶"
    "偉麗國華強軍傑濤麗娟靜敏紅蘭鳳蓮榮雲鵬飛龍慶東衛陽誠興貴寶樹業義禮學愛銀鋒釗銘鑫鋼鐵錦嘯潔瑩穎夢優憲縣"
    "勝紀純紹緒維綱緯繼續陣際陝隊順須頌顏額風馳駿騰鯤鴻鶴麥黨齡啟嘗塵墻壯寧實寬將屆島峽嶺帥師帶廣廠張彌後從"
    "惠慧懷戀憶應戶抗擁擇據攝敘斌斕時晉曄曉曆書會條楓槍構標樂樺機權歡歐歲毀決沖況淚淺淵潤潛潔澤濟瀾灣煥煒熱燁"
)
_SIMPLIFIED = (
    "张陈刘杨黄赵吴孙马郑谢韩冯萧许邓叶苏吕贾蒋余卢阎范邹陆万钱汤贺顾龙龚赖严华鲁韦凤倪罗毕邬傅齐于庞谭庄聂"
    "伟丽国华强军杰涛丽娟静敏红兰凤莲荣云鹏飞龙庆东卫阳诚兴贵宝树业义礼学爱银锋钊铭鑫钢铁锦啸洁莹颖梦优宪县"
    "胜纪纯绍绪维纲纬继续阵际陕队顺须颂颜额风驰骏腾鲲鸿鹤麦党龄启尝尘墙壮宁实宽将届岛峡岭帅师带广厂张弥后从"
    "惠慧怀恋忆应户抗拥择据摄叙斌斓时晋晔晓历书会条枫枪构标乐桦机权欢欧岁毁决冲况泪浅渊润潜洁泽济澜湾焕炜热烨"
)
_PAIRS = {one: other for one, other in zip(_TRADITIONAL, _SIMPLIFIED, strict=True) if one != other}
_TABLE = str.maketrans({**_PAIRS, **dict.fromkeys("·•．.‧・∙･-", "")})
ODD = f"[{''.join(_PAIRS)}·•．.‧・∙･\\-]"
"""A character that another spelling may lack or write otherwise."""


def plainly(names: pd.Series) -> pd.Series:
    """Folded names without separators and in simplified characters, for comparison only."""
    return names.map(lambda name: name.translate(_TABLE), na_action="ignore").astype("str")


def is_near_number(one: str, other: str) -> bool:
    """Whether two folded numbers may be one mistyped: leading zeros, one sign wrong, lost or added, two swapped.

    >>> is_near_number("0837140000012", "0837140000021"), is_near_number("0837140000012", "0837140000099")
    (True, False)
    """
    a, b = (text.translate(_LOOKALIKES).lstrip("0") for text in (one, other))
    if a == b:
        return True
    if len(a) == len(b):
        wrong = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        return len(wrong) == 1 or (len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(a) == sorted(b))
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


_LOOKALIKES = str.maketrans("OIL", "011")
