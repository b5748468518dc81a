"""Sentences of work that is spread over machines, Chinese first and English second."""

from geo.texts import Text

NO_DASK = Text(
    "--scheduler 需要 Dask：请安装 pip install 'yizhan[scheduler]'",
    "--scheduler needs Dask: pip install 'yizhan[scheduler]'",
)
NO_SCHEDULER = Text(
    "连不上 Dask 调度器 {address}：请核对地址（例如 tcp://10.0.0.5:8786），并确认 dask scheduler 已启动",
    "no Dask scheduler answers at {address}: check the address (tcp://10.0.0.5:8786 for example) and that "
    "`dask scheduler` runs there",
)
