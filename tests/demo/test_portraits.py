from doctobooking.demo.chance import Chance
from doctobooking.demo.portraits import draw, look_of
from doctors.photos import WEIGHTS, prepare


def portrait(number):
    return draw(look_of(Chance(f"portrait:{number}"), is_female=number % 2 == 0)).getvalue()


def test_the_same_seed_draws_the_same_picture():
    assert portrait(1) == portrait(1)
    assert len({portrait(number) for number in range(12)}) == 12


def test_every_portrait_passes_the_door_of_real_photos():
    for number in range(12):
        look = look_of(Chance(f"portrait:{number}"), is_female=number % 2 == 0)
        pictures = prepare(draw(look))
        assert sorted(pictures) == sorted(WEIGHTS)
        assert all(len(content) <= WEIGHTS[side] for side, content in pictures.items())
