"""Names of people, companies and places, in Chinese and in Latin script, made from common parts; all of them are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from pypinyin import lazy_pinyin

from .phrases import HOME

T = TypeVar("T")
SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚",
    "志远", "建国", "晓东", "海燕", "文博", "雨桐", "浩然", "思远", "佳怡", "子涵", "俊杰", "雪梅", "国强", "春华", "立新", "宏伟",
    "嘉豪", "晨曦", "天宇", "欣怡", "梓轩", "永康", "振华", "玉兰", "秀英", "桂芳", "学军", "少华", "卫东", "鹏飞", "瑞雪", "景行",
)  # fmt: skip
FIRST = ("Laura", "James", "Anna", "Peter", "Maria", "Tom", "Elena", "David", "Sofia", "Mark", "Julia", "Robert", "Nina", "Paul", "Clara", "Martin", "Eva", "Simon", "Ingrid", "Carlos")  # fmt: skip
LAST = ("Berg", "Hughes", "Novak", "Fischer", "Rossi", "Keller", "Larsen", "Moreau", "Silva", "Tanaka", "Walsh", "Weber", "Ortega", "Brandt", "Lindqvist", "Costa", "Meyer", "Dubois", "Patel", "Kowalski")  # fmt: skip
BRANDS = (
    ("华辰", "Huachen"), ("瑞丰", "Ruifeng"), ("恒泰", "Hengtai"), ("金桥", "Jinqiao"), ("博远", "Boyuan"), ("天合", "Tianhe"),
    ("东升", "Dongsheng"), ("海纳", "Haina"), ("宏达", "Hongda"), ("永兴", "Yongxing"), ("中诚", "Zhongcheng"), ("蓝海", "Lanhai"),
    ("新元", "Xinyuan"), ("凯德", "Kaide"), ("盛和", "Shenghe"), ("万泽", "Wanze"), ("鼎信", "Dingxin"), ("康宁", "Kangning"),
    ("启明", "Qiming"), ("绿洲", "Lvzhou"), ("银河", "Yinhe"), ("泰山", "Taishan"), ("长虹", "Changhong"), ("卓越", "Zhuoyue"),
    ("龙腾", "Longteng"), ("明珠", "Mingzhu"), ("中科", "Zhongke"), ("安信", "Anxin"), ("百川", "Baichuan"), ("晨光", "Chenguang"),
)  # fmt: skip
TRADES = (
    ("化工", "Chemical", "Chemicals"), ("制药", "Pharmaceutical", "Pharmaceuticals"), ("水务", "Water", "Public sector"),
    ("食品", "Foods", "Food and beverage"), ("能源", "Energy", "Energy"), ("钢铁", "Steel", "Machinery"),
    ("环保", "Environmental", "Services"), ("纺织", "Textile", "Textiles"), ("汽车部件", "Auto Parts", "Automotive"),
    ("电子", "Electronics", "Electronics"), ("建设", "Construction", "Construction"), ("生物科技", "Biotech", "Medical"),
)  # fmt: skip
CITIES = (
    ("上海市", "上海", "Shanghai"), ("江苏省", "苏州", "Suzhou"), ("江苏省", "南京", "Nanjing"), ("浙江省", "杭州", "Hangzhou"),
    ("浙江省", "宁波", "Ningbo"), ("广东省", "深圳", "Shenzhen"), ("广东省", "广州", "Guangzhou"), ("广东省", "佛山", "Foshan"),
    ("山东省", "青岛", "Qingdao"), ("山东省", "济南", "Jinan"), ("北京市", "北京", "Beijing"), ("天津市", "天津", "Tianjin"),
    ("四川省", "成都", "Chengdu"), ("重庆市", "重庆", "Chongqing"), ("湖北省", "武汉", "Wuhan"), ("陕西省", "西安", "Xi'an"),
    ("辽宁省", "大连", "Dalian"), ("福建省", "厦门", "Xiamen"),
)  # fmt: skip
STREETS = (
    "工业园区星湖街",
    "高新区科技路",
    "开发区创业大道",
    "经开区兴业路",
    "滨江区江南大道",
    "新区长江路",
)
TITLES = (("采购经理", "Purchasing manager"), ("设备部长", "Head of equipment"), ("总工程师", "Chief engineer"), ("生产总监", "Production director"), ("总经理", "General manager"), ("项目经理", "Project manager"))  # fmt: skip
ABROAD = (
    ("Nordhaven Process", "Germany", "Hamburg"), ("Alto Verde Foods", "Brazil", "São Paulo"), ("Kestrel Water", "United Kingdom", "Leeds"),
    ("Baltic Refining", "Poland", "Gdańsk"), ("Sunda Chemicals", "Indonesia", "Surabaya"), ("Mekong Paper", "Vietnam", "Da Nang"),
    ("Atlas Desalination", "Morocco", "Casablanca"), ("Fjell Hydro", "Norway", "Bergen"), ("Harbour Dairy", "New Zealand", "Auckland"),
    ("Cobalt Ridge Mining", "Chile", "Antofagasta"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company as both scripts call it, and where it is."""

    name: str
    name_en: str
    industry: str
    country: str
    province: str
    city: str
    street: str
    domain: str


def latin(name: str) -> str:
    """A Chinese name in Latin letters, the family name last: 陈志远 -> Zhiyuan Chen."""
    sounds = lazy_pinyin(name)
    return f"{''.join(sounds[1:]).capitalize()} {sounds[0].capitalize()}"


def mail_name(name: str) -> str:
    """The part of an e-mail address before the @."""
    words = name.lower().split() if name.isascii() else [*lazy_pinyin(name)]
    if not name.isascii():
        words = [words[0], "".join(words[1:])]
    return ".".join(words)


class Names:
    """Names that do not repeat, from one random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._people: set[str] = set()
        self._companies: set[str] = set()

    def person(self) -> str:
        """A Chinese name."""
        return self._fresh(lambda: self.random.choice(SURNAMES) + self.random.choice(GIVEN))

    def foreigner(self) -> str:
        """A name in Latin script."""
        return self._fresh(lambda: f"{self.random.choice(FIRST)} {self.random.choice(LAST)}")

    def mobile(self) -> str:
        """A Chinese mobile number in a range that is not given out."""
        return f"1{self.random.choice('3578')}0{self.random.randrange(10**8):08}"

    def company(self) -> Company:
        """A Chinese company, or now and then one abroad."""
        if self.random.random() < 0.06 and len(self._companies & {a[0] for a in ABROAD}) < 10:
            return self._abroad()
        for _try in range(1000):
            (zh, en), (trade, trade_en, industry) = self._pick(BRANDS), self._pick(TRADES)
            province, city, city_en = self._pick(CITIES)
            name = f"{city}{zh}{trade}{self._pick(('有限公司', '有限公司', '股份有限公司', '集团有限公司'))}"
            if name not in self._companies:
                break
        self._companies.add(name)
        return Company(
            name=name,
            name_en=f"{en} {trade_en} ({city_en}) Co., Ltd.",
            industry=industry,
            country=HOME,
            province=province,
            city=f"{city}市",
            street=f"{self._pick(STREETS)}{self.random.randrange(8, 888)}号",
            domain=f"{en.lower()}-{trade_en.lower().replace(' ', '')}-{city_en.lower().replace(chr(39), '')}.example",
        )

    def _abroad(self) -> Company:
        left = [one for one in ABROAD if one[0] not in self._companies]
        name, country, city = self._pick(left)
        self._companies.add(name)
        return Company(
            name=name,
            name_en=name,
            industry="Energy" if "Hydro" in name or "Refining" in name else "Chemicals",
            country=country,
            province="",
            city=city,
            street=f"{self.random.randrange(1, 200)} Harbour Road",
            domain=f"{name.lower().replace(' ', '-')}.example",
        )

    def _pick(self, of: Sequence[T]) -> T:
        return self.random.choice(of)

    def _fresh(self, make: Callable[[], str]) -> str:
        for _try in range(1000):
            name = make()
            if name not in self._people:
                break
        self._people.add(name)
        return name
