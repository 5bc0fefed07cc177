import pytest
import redis

from doctobooking.local.state import State
from doctobooking.local.supervisor import Supervisor
from doctobooking.local.valkey import Valkey

pytestmark = pytest.mark.thorough


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "data")
    state.make()
    return state


def test_server_answers_only_who_knows_the_password(state):
    with Supervisor() as supervisor:
        server = Valkey(state)
        supervisor.start(server.prepare())
        assert redis.from_url(server.url()).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=server.port).ping()


def test_port_is_kept_when_it_is_free(state):
    server = Valkey(state)
    server.prepare()
    state.write_env({"REDIS_URL": server.url()})
    again = Valkey(state)
    again.prepare()
    assert again.port == server.port
