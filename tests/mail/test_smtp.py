"""Letters by SMTP, to a real server."""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError

from api.domain.letters import Letter, Occasion
from api.mail import PostOffice
from api.mail.smtp import Smtp
from api.main import create_app
from api.settings import Settings
from tests.faces import Face, GraphQLFace, RestFace
from tests.factories import unique
from tests.letters import code_in, text_of
from tests.mail.conftest import PASSWORD, USER, Certificate, Serve

FaceOf = Callable[[httpx2.AsyncClient], Face]
SENDER = "Stockroom <shop@example.com>"
LETTER = Letter(Occasion.RESET_PASSWORD, "ada@example.com", {"name": "Ada", "hours": "1"}, "c" * 43)


def office(url: str, *, retries: tuple[float, ...] = (0.01, 0.01, 0.01)) -> PostOffice:
    return PostOffice(Smtp(url, seconds=2), SENDER, "https://shop.example.com", retries)


async def test_a_letter_goes_encrypted_to_a_server_that_knows_us(
    mail_server: Serve, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    async with mail_server(tls_context=certificate.context) as server:
        login = f"{quote(USER)}:{quote(PASSWORD, safe='')}"
        await office(f"smtp://{login}@localhost:{server.port}?starttls").send(LETTER)

    [letter] = server.taken
    assert server.logins == [(USER, PASSWORD)]
    assert server.encrypted == [True]
    assert server.readers == ["ada@example.com"]
    assert (letter["From"], letter["To"]) == (SENDER, "ada@example.com")
    assert "https://shop.example.com/reset-password#code=" + "c" * 43 in text_of(letter)
    assert "Hello Ada," in text_of(letter, "html")


async def test_a_password_is_not_told_to_a_server_that_cannot_prove_who_it_is(
    mail_server: Serve, certificate: Certificate
) -> None:
    async with mail_server(tls_context=certificate.context) as server:
        login = f"{quote(USER)}:{quote(PASSWORD, safe='')}"
        await office(f"smtp://{login}@localhost:{server.port}?starttls").send(LETTER)

    assert server.logins == []
    assert server.taken == []


async def test_a_server_that_cannot_encrypt_gets_nothing_when_it_should(mail_server: Serve) -> None:
    async with mail_server() as server:
        await office(f"smtp://localhost:{server.port}?starttls").send(LETTER)

    assert server.taken == []


async def test_a_server_that_is_busy_is_asked_again(mail_server: Serve) -> None:
    async with mail_server() as server:
        server.moods = ["451 Come again", "421 Not now"]
        await office(f"smtp://localhost:{server.port}").send(LETTER)

    assert (server.connections, len(server.taken)) == (3, 1)


async def test_a_letter_that_nobody_wants_is_sent_once(mail_server: Serve) -> None:
    async with mail_server() as server:
        server.moods = ["554 No"] * 9
        await office(f"smtp://localhost:{server.port}").send(LETTER)

    assert (server.connections, server.taken) == (1, [])


async def test_a_server_that_never_answers_is_given_up() -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    started = time.monotonic()
    async with listening:
        post = PostOffice(Smtp(f"smtp://127.0.0.1:{port}", seconds=0.1), SENDER, "", (0.01,))
        await post.send(LETTER)

    assert time.monotonic() - started < 2


async def test_an_address_in_any_script_is_written_to(mail_server: Serve) -> None:
    async with mail_server() as server:
        to = "\u0434\u0430\u0448\u0430@example.com"
        await office(f"smtp://localhost:{server.port}").send(Letter(Occasion.NO_ACCOUNT, to))

    assert server.readers == [to]


@pytest.fixture(params=["rest", "graphql"])
def face_of(request: pytest.FixtureRequest, app: FastAPI) -> FaceOf:
    """The same door of another shop."""
    document = app.openapi()
    return lambda client: (
        RestFace(client, document) if request.param == "rest" else GraphQLFace(client)
    )


async def test_the_answer_does_not_wait_for_the_letter_and_the_end_of_the_server_does(
    mail_server: Serve, settings: Settings, face_of: FaceOf
) -> None:
    email = f"{unique('slow')}@example.com"
    async with mail_server() as server:
        server.delay = 1.0
        url = SecretStr(f"smtp://localhost:{server.port}")
        app = create_app(settings.model_copy(update={"smtp_url": url}))
        transport = httpx2.ASGITransport(app=app)
        async with (
            LifespanManager(app),
            httpx2.AsyncClient(transport=transport, base_url="http://shop") as client,
        ):
            started = time.monotonic()
            face = face_of(client)
            await face.call("register", email=email, name="A", password="correct horse")
            answered = time.monotonic() - started
            assert server.taken == []

    assert answered < 0.9
    assert server.readers == [email]


async def test_a_shop_whose_mail_server_is_away_goes_on(
    settings: Settings,
    face_of: FaceOf,
    capfd: pytest.CaptureFixture[str],
    unused_tcp_port: int,
) -> None:
    url = SecretStr(f"smtp://shop:canary-of-mail@127.0.0.1:{unused_tcp_port}")
    app = create_app(settings.model_copy(update={"smtp_url": url}))
    post = app.state.resources.surroundings.post
    post._retries = (0.01,)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        face = face_of(client)
        email = f"{unique('away')}@example.com"
        answer = await face.call("register", email=email, name="A", password="correct horse")
    await app.state.resources.close()

    assert answer["message"]
    logged = "".join(capfd.readouterr())
    assert "letter not sent" in logged
    assert "canary-of-mail" not in logged
    assert email not in logged


@pytest.mark.parametrize(
    "url", ["http://mail", "smtp://", "smtp://user:pw@mail.example.com:587", "mail.example.com"]
)
def test_a_mail_server_that_cannot_be_or_would_be_told_the_password_openly_is_refused(
    url: str,
) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, smtp_url=SecretStr(url))

    assert "pw" not in str(refused.value)


async def test_each_letter_is_read_by_the_one_it_is_for(mail_server: Serve) -> None:
    async with mail_server() as server:
        post = office(f"smtp://localhost:{server.port}")
        letters = [
            Letter(Occasion.CONFIRM_EMAIL, f"{n}@example.com", {"hours": "24"}, f"{n:043}")
            for n in range(20)
        ]
        await asyncio.gather(*(post.send(letter) for letter in letters))

    assert {str(m["To"]): code_in(m) for m in server.taken} == {
        letter.to: letter.code for letter in letters
    }
