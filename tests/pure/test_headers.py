"""Headers as people write them are understood, and what is not understood is named."""

import pytest

from data.errors import InputError
from data.stations import headers, texts


@pytest.mark.parametrize("code", texts.FIELD_TITLE)
def test_every_documented_header_means_its_field(code: str) -> None:
    for word in (code, *texts.FIELD_TITLE[code], *headers.SYNONYMS.get(code, ())):
        assert headers.field_of(word)[0] == code, word


def test_no_header_means_two_fields() -> None:
    seen: dict[str, str] = {}
    for code in texts.FIELD_TITLE:
        for word in (code, *texts.FIELD_TITLE[code], *headers.SYNONYMS.get(code, ())):
            assert seen.setdefault(headers.plain(word), code) == code, word


@pytest.mark.parametrize(
    ("header", "field", "system"),
    [
        ("lon_gcj02", "lon", "gcj02"),
        ("经度(GCJ02)", "lon", "gcj02"),
        ("纬度（高德）", "lat", "gcj02"),
        ("百度经度", "lon", "bd09"),
        ("WGS84经度", "lon", "wgs84"),
        ("lat_bd09mc", "lat", "bd09mc"),
        ("入口坐标（gcj-02）", "entrance", "gcj02"),
        ("＊站点 名称：", "name", None),
        ("面积（㎡）", "area_m2", None),
        ("Opening_Hours_As_Stated", "hours_posted", None),
        ("高德ID", "amap_id", None),
        ("联系人手机", None, None),
    ],
)
def test_header_and_the_system_it_states(header: str, field: str | None, system: str | None) -> None:
    assert headers.field_of(header) == (field, system)


def test_two_columns_of_one_meaning_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"站点名称.*驿站名称"):
        headers.match(["站点名称", "地址", "驿站名称"], "a.csv")


def test_headers_of_different_systems_are_refused() -> None:
    with pytest.raises(InputError, match="gcj02"):
        headers.match(["名称", "高德经度", "百度纬度"], "a.csv")


def test_without_a_name_the_file_is_refused_and_what_was_seen_is_said() -> None:
    with pytest.raises(InputError, match="地址"):
        headers.match(["地址", "电话"], "a.csv")
    assert headers.match(["驿站ID", "电话"], "a.csv").fields == {"station_id": 0, "phone": 1}


def test_unknown_columns_are_named_and_reason_columns_ignored() -> None:
    found = headers.match(["名称", "负责人身份证", "", texts.REJECT_REASON.zh, "original row"], "a.csv")
    assert found.unknown == ("负责人身份证",)
    assert found.fields == {"name": 0}
