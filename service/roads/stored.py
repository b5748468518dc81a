"""A network as a folder of plain arrays, to hand it from one process to another."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyproj
from scipy import sparse

from geo.network import LeftOut, Network

_ARRAYS: Final = ("xy", "tail", "head", "length_m", "forward", "backward", "scale", "way", "component")
_GRAPH: Final = ("data", "indices", "indptr")
_FACTS: Final = "facts.json"


def write(network: Network, folder: Path) -> None:
    """Write a network with its graph into a folder, which is made."""
    folder.mkdir()
    for name in _ARRAYS:
        np.save(folder / name, getattr(network, name))
    for name in _GRAPH:
        np.save(folder / f"graph_{name}", getattr(network.graph, name))
    left_out = asdict(network.left_out) | {"ways": dict(network.left_out.ways)}
    facts = {
        "mode": network.mode,
        "speed_kmh": network.speed_kmh,
        "crs": None if network.crs is None else network.crs.to_wkt(),
        "left_out": left_out,
    }
    (folder / _FACTS).write_bytes(orjson.dumps(facts))


def read(folder: Path) -> Network:
    """Read what ``write`` wrote, and have its graph and its pieces ready."""
    facts: dict[str, Any] = orjson.loads((folder / _FACTS).read_bytes())
    arrays = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS}
    graph = {name: np.load(folder / f"graph_{name}.npy") for name in _GRAPH}
    network = Network(
        mode=facts["mode"],
        speed_kmh=facts["speed_kmh"],
        crs=None if facts["crs"] is None else pyproj.CRS.from_wkt(facts["crs"]),
        left_out=LeftOut(**facts["left_out"]),
        **arrays,
    )
    n = network.n_nodes
    # what would be computed at the first question
    network.__dict__["graph"] = sparse.csr_array(
        (graph["data"], graph["indices"], graph["indptr"]), shape=(n, n)
    )
    _ = network.pieces
    return network
