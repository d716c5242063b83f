"""The command ``ce app``: the what-if form as a web page of this machine."""

from typing import Annotated

import typer

HELP = "打开学时试算网页：只在本机打开，不保存填写的内容；按 Ctrl+C 停止。"


def app_command(
    pack: Annotated[str, typer.Option(help="规则包的名称或 .toml 文件")] = "dezhou-2017",
    as_of: Annotated[str, typer.Option("--as-of", help="打开时的认定日，如 2017-12-31；不填为年度最后一天")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；被占用时用下一个")] = 8866,
    ip: Annotated[str, typer.Option(help="监听地址；默认只有本机能打开")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器")] = True,
) -> int:
    """Serve the what-if form until it is stopped."""
    import webbrowser

    from ce_toolkit.runs.serving import LOOPBACK, Served, serve

    if ip != LOOPBACK:
        typer.echo("提示：其他电脑也能连到这个地址，网页不加密；请只在单位内网使用，并只把带口令的网址交给该用的人。")

    def told(url: str) -> None:
        typer.echo(
            f"学时试算：{url}\n用浏览器打开上面的网址（含口令）；一小时不用的页面会停用，重新打开即可。按 Ctrl+C 停止。"
        )

    serve(Served(pack=pack, as_of=as_of, ip=ip, port=port), told=told, opened=webbrowser.open if browser else None)
    return 0
