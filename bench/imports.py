"""Import of 180,000 invented rows from CSV, validation and triggers included, against plain COPY of the same rows."""

import csv
import multiprocessing
import random
import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.table import Row
from data.postgres import db, schema
from data.postgres.cluster import Cluster
from data.stations import imports
from data.stations.imports import ImportOptions

GOAL_ROWS_PER_S = 10_000
GOAL_PEAK_MB = 1_500
HEAD = (
    "站点编码", "名称", "地址", "城市", "区县", "街道", "依托单位类型", "服务对象", "开放时间", "进入方式", "设施",
    "容纳人数", "面积", "经度", "纬度", "服务电话", "填报日期",
)  # fmt: skip
FACILITIES = ("饮水机", "微波炉", "桌椅", "充电", "雨伞", "药箱", "卫生间", "空调", "书报", "打气筒(故障)")
HOURS = ("24小时", "周一至周五 08:30-12:00,13:00-17:30", "08:00-20:00", "工作日 9:00-17:00", "8:00—20:00", "")


def run(rows: int = 180_000) -> list[Row]:
    """Measure; the rows of the table."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_csv(folder / "stations.csv", rows)
        cluster = Cluster(folder / "postgres", disposable=True)
        try:
            cluster.start()
            schema.migrate(cluster.url)
            # A process of its own, so that the peak of memory is that of the import alone.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                first_s, peak_mb = pool.apply(_import, (cluster.url, folder / "stations.csv", rows))
                again_s, _ = pool.apply(_import, (cluster.url, folder / "stations.csv", 0))
            copy_s = _plain_copy(cluster.url)
        finally:
            cluster.remove()
    return _table(rows, first_s, again_s, copy_s, peak_mb)


def write_csv(path: Path, rows: int, seed: int = 20210101) -> None:
    """Write invented stations with codes, positions in GCJ-02 and what lists usually say."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(_row(rng, i) for i in range(rows))


def _row(rng: random.Random, number: int) -> list[object]:
    town = rng.randrange(300)
    return [
        f"ZY-{number:06d}", f"第{number}号工会驿站", f"某市某区某路{number}号", f"城市{town // 10}", f"区{town}",
        f"街道{town % 20}", rng.choice(["银行网点", "邮政网点", "加油站", "社区用房", "公园"]), "户外劳动者",
        rng.choice(HOURS), rng.choice(["推门即入", "扫码", "店员开门", ""]),
        "、".join(rng.sample(FACILITIES, rng.randint(1, 6))), rng.randint(2, 40), rng.randint(5, 80),
        round(108 + town % 20 * 0.3 + rng.random() * 0.1, 6), round(30 + town // 20 * 0.3 + rng.random() * 0.1, 6),
        f"0371-{rng.randint(2000000, 8999999)}", f"2026-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d}",
    ]  # fmt: skip


def _import(url: str, path: Path, expected: int) -> tuple[float, float]:
    with closing(db.connect(url, role="writer")) as conn:
        start = time.perf_counter()
        report = imports.import_file(conn, path, ImportOptions("gcj02"))
        taken = time.perf_counter() - start
    assert (report.counts.added, report.counts.rejected) == (expected, 0), report.counts
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plain_copy(url: str) -> float:
    """COPY the stored rows into a table of the same columns, constraints and indexes, without any trigger."""
    with closing(db.connect(url, role="writer")) as conn, tempfile.TemporaryFile() as file:
        with conn.cursor() as cursor:
            cursor.copy_expert("COPY yizhan.station TO STDOUT", file)
            cursor.execute("CREATE TABLE public.plain_station (LIKE yizhan.station INCLUDING ALL)")
            conn.commit()
            file.seek(0)
            start = time.perf_counter()
            cursor.copy_expert("COPY public.plain_station FROM STDIN", file)
            conn.commit()
        return time.perf_counter() - start


def _table(rows: int, first_s: float, again_s: float, copy_s: float, peak_mb: float) -> list[Row]:
    rate = rows / first_s
    return [
        Row(
            f"import of {rows:,} rows of CSV with validation, into PostGIS",
            f"{rate:,.0f} rows/s ({first_s:.1f} s)",
            f"plain COPY of the stored rows, same constraints and indexes: {copy_s:.1f} s",
            f"{first_s / copy_s:.1f} × its time",
            f"≥ {GOAL_ROWS_PER_S:,} rows/s",
            rate >= GOAL_ROWS_PER_S,
        ),
        Row(
            "peak memory of that import",
            f"{peak_mb:,.0f} MB",
            "",
            "",
            f"< {GOAL_PEAK_MB:,} MB",
            peak_mb < GOAL_PEAK_MB,
        ),
        Row(
            "the same file again (nothing changes)",
            f"{rows / again_s:,.0f} rows/s ({again_s:.1f} s)",
            "the first import",
            f"{again_s / first_s:.2f} × its time",
            "",
            None,
        ),
    ]
