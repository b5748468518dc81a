"""What is printed on a poster, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

KIND: Final = Text("户外劳动者服务站点", "Service station for outdoor workers")
SERVED: Final = Text("服务对象", "For")
HOURS: Final = Text("服务时间", "Hours")
SERVICES: Final = Text("服务内容", "Services")
ENTRY: Final = Text("进入方式", "Way in")
PHONE: Final = Text("服务电话", "Phone")
ON_SITE: Final = Text("以现场公示为准", "as posted at the door")
ASK: Final = Text(
    "没开门、进不去、东西坏了？扫码告诉我们", "Closed, no way in, something broken? Scan and tell us"
)
NO_NAME: Final = Text("不需要姓名和电话，内容不公开", "No name, no phone; nothing is published")
PRINTED: Final = Text("内容截至 {day}", "As of {day}")
TITLE: Final = Text("站点海报", "Station posters")
WORKERS: Final = Text(
    "快递员、外卖骑手、环卫工人、司机等户外劳动者",
    "couriers, riders, sanitation workers, drivers and other outdoor workers",
)
SEPARATOR: Final = Text("、", ", ")
