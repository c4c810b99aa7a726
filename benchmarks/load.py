"""Many readers at once, on this machine alone: websocket connections, readers of the map, a server that dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import websockets
from playwright.sync_api import Browser, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import story
from benchmarks.browser import CONTESTANTS, Seat
from tests.browser.conftest import serve

HERE = Path(__file__).parent
ARRIVAL_SECONDS = 10
CONNECTIONS = 200
READERS = 1000


def share(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))] if ordered else float("nan")


async def connect(url: str) -> websockets.ClientConnection:
    where = urlsplit(url)
    return await websockets.connect(
        f"ws://{where.netloc}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=60,
        ping_interval=None, origin=url.rstrip("/"), compression=None, proxy=None,
    )  # fmt: skip


async def run_script(socket: websockets.ClientConnection, page: str = "") -> int:
    """Ask for a run of the page, as a browser does on opening it; return the bytes received until it has finished."""
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    ask.rerun_script.page_name = page
    await socket.send(ask.SerializeToString())
    received = 0
    while True:
        data = await socket.recv()
        received += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") == "script_finished":
            return received


def summed(rows: list[Any]) -> dict[str, Any]:
    """What a crowd met: (ms, bytes) of each that was served, and what kept the others."""
    good = [row for row in rows if isinstance(row, tuple)]
    problems = [repr(row)[:120] for row in rows if not isinstance(row, tuple)]
    times = [row[0] for row in good]
    return {
        "count": len(rows), "failed": len(problems), "problems": problems[:3], "median": share(times, 0.5),
        "p95": share(times, 0.95), "longest": max(times, default=float("nan")),
        "bytes": share([float(row[1]) for row in good], 0.5),
    }  # fmt: skip


async def arriving(count: int, seconds: float, visit: Callable[[int], Awaitable[Any]]) -> list[Any]:
    """Start `count` visits, evenly over some seconds."""
    begin = time.perf_counter()

    async def one(number: int) -> Any:
        await asyncio.sleep(max(0, begin + seconds * number / count - time.perf_counter()))
        return await visit(number)

    return await asyncio.gather(*(one(number) for number in range(count)), return_exceptions=True)


async def _websockets(url: str, count: int, seconds: float) -> dict[str, Any]:
    leave = asyncio.Event()
    ended = 0

    async def visit(number: int) -> tuple[float, int]:
        nonlocal ended
        begin = time.perf_counter()
        try:
            async with await connect(url) as socket:
                received = await asyncio.wait_for(run_script(socket), 60)
                took = (time.perf_counter() - begin) * 1000
                ended += 1
                if ended >= count:
                    leave.set()
                await leave.wait()  # all of them stay connected until the last has been served
                return took, received
        except BaseException:
            ended += 1
            if ended >= count:
                leave.set()
            raise

    return summed(await arriving(count, seconds, visit))


async def _readers(url: str, count: int, seconds: float) -> dict[str, Any]:
    where = urlsplit(url)

    async def visit(number: int) -> tuple[float, int]:
        begin = time.perf_counter()
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        lines = (
            "GET /embed HTTP/1.1",
            f"Host: {where.netloc}",
            "Accept-Encoding: gzip, br",
            "Connection: close",
            "",
            "",
        )
        writer.write("\r\n".join(lines).encode())
        answer = await asyncio.wait_for(reader.read(), 30)
        while chunk := await asyncio.wait_for(reader.read(1 << 20), 30):
            answer += chunk
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:60])
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        if len(body) != length:
            raise RuntimeError(f"{len(body)} of {length} bytes")
        return (time.perf_counter() - begin) * 1000, len(answer)

    return summed(await arriving(count, seconds, visit))


def crowd(kind: str, url: str, count: int, seconds: float) -> dict[str, Any]:
    """Run a crowd in this process, with the server's CPU beside it."""
    work = _websockets if kind == "connections" else _readers
    return asyncio.run(work(url, count, seconds))


def measure(turns: int = 2) -> dict[str, Any]:
    """Connections to this project and to the floor in turns, each to a fresh server; then readers of the map."""
    found: dict[str, Any] = {"app": [], "floor": []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(turns):
            for name, script in (("floor", "benchmarks/floor_app.py"), ("app", "app.py")):
                process, url = serve(script, Path(folder) / f"{name}{turn}.txt")
                try:
                    server = psutil.Process(process.pid)
                    crowd("connections", url, 2, 0.1)  # imports, story
                    before, memory = sum(server.cpu_times()[:2]), server.memory_info().rss
                    row = crowd("connections", url, CONNECTIONS, ARRIVAL_SECONDS)
                    row["cpu_ms"] = (sum(server.cpu_times()[:2]) - before) * 1000 / CONNECTIONS
                    row["mb"] = (server.memory_info().rss - memory) / 1e6
                    found[name].append(row)
                    if name == "app" and turn == 0:
                        crowd("readers", url, 10, 0.2)
                        before = sum(server.cpu_times()[:2])
                        readers = crowd("readers", url, READERS, ARRIVAL_SECONDS)
                        readers["cpu_ms"] = (sum(server.cpu_times()[:2]) - before) * 1000 / READERS
                        found["readers"] = readers
                finally:
                    process.terminate()
                    process.wait(20)
    return found


# --- a server that dies --------------------------------------------------------------------
def _restart(url: str, log: Path) -> subprocess.Popen:
    port = urlsplit(url).port
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=story.ROOT, stdout=output, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}_stcore/health", timeout=1).read()
            return process
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come back")


def killed(found: Browser) -> dict[str, Any]:
    """Kill the server while readers arrive: the open page scrolls on, and is as it was when the server is back."""
    page = next(c for c in CONTESTANTS if c.id == "page")
    with tempfile.TemporaryDirectory() as folder:
        process, url = serve("app.py", Path(folder) / "log.txt")
        crowd_process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", "crowd", url, "100", "5"], cwd=story.ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        seat = Seat(found, page, url)
        try:
            seat.open()
            while not seat.socket_bytes:  # the story is there before the host, and goes on without it
                seat.page.wait_for_timeout(100)
            seat.page.wait_for_timeout(1500)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(5)
            rows = [seat.go_to_step(i, story.word(story.steps()[i]["date"])) for i in (4, 2, 7, 4)]
            before = seat.inside().evaluate("storyMap.getState()")
            sockets: list[WebSocket] = []
            seat.page.on("websocket", lambda socket: sockets.append(socket))
            process = _restart(url, Path(folder) / "again.txt")
            begin = time.perf_counter()
            back = None
            while time.perf_counter() - begin < 40 and back is None:
                seat.page.wait_for_timeout(100)
                back = time.perf_counter() - begin if sockets and not sockets[-1].is_closed() else None
            seat.page.wait_for_timeout(2500)
            after = seat.inside().evaluate("storyMap.getState()")
            seat.go_to_step(8, measure=False)
            return {
                "steps": len(rows), "right": sum(row["right"] for row in rows), "back_seconds": back,
                "same_state": all(before[key] == after[key] for key in ("step", "date", "layers")),
                "scrolls_on": seat.inside().evaluate("storyMap.getState().step") == story.steps()[8]["id"],
            }  # fmt: skip
        finally:
            seat.close()
            process.kill()
            process.wait(5)
            crowd_process.terminate()
            crowd_process.wait(5)


# --- a soak --------------------------------------------------------------------------------
def soak(minutes: float, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Connections that come, stay a while and go, and readers beside them, for some minutes; memory all the while."""
    with tempfile.TemporaryDirectory() as folder:
        process, url = serve("app.py", Path(folder) / "log.txt")
        server = psutil.Process(process.pid)
        rows: list[dict[str, float]] = []
        totals = {"visits": 0, "readers": 0, "failed": 0}

        async def stay(number: int) -> None:
            try:
                async with await connect(url) as socket:
                    for _ in range(3):
                        await asyncio.wait_for(run_script(socket), 30)
                        await asyncio.sleep(1 + number % 7)
                totals["visits"] += 1
            except Exception:
                totals["failed"] += 1

        async def run() -> None:
            begin = time.perf_counter()
            alive: set[asyncio.Task] = set()
            number = 0
            told = 0.0
            while (passed := time.perf_counter() - begin) < minutes * 60:
                task = asyncio.create_task(stay(number))
                alive.add(task)
                task.add_done_callback(alive.discard)
                if number % 2 == 0:
                    answer = await _readers(url, 2, 0)
                    totals["readers"] += 2
                    totals["failed"] += answer["failed"]
                number += 1
                if passed - told >= 15 or not rows:
                    told = passed
                    rows.append({"seconds": passed, "mb": server.memory_info().rss / 1e6, "connections": len(alive)})
                    say(f"  {passed:4.0f} s  {rows[-1]['mb']:6.1f} MB  {len(alive)} connections")
                await asyncio.sleep(0.5)
            await asyncio.gather(*alive)

        try:
            asyncio.run(run())
            # The first two minutes fill caches and thread pools; after them nothing may grow.
            settled = [row for row in rows if row["seconds"] >= min(120, minutes * 20)]
            half = len(settled) // 2
            early = share([row["mb"] for row in settled[:half]], 0.5)
            late = share([row["mb"] for row in settled[half:]], 0.5)
            return {"minutes": minutes, "rows": rows, "early_mb": early, "late_mb": late, **totals}
        finally:
            process.terminate()
            process.wait(20)
