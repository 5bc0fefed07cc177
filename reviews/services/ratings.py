"""Do the ratings say what the opinions say? The database keeps them; this looks, and mends."""

from django.db import connection

# A plain count, beside what is kept.
COMPARE = """
SELECT d.id,
       ARRAY[count(r.id), count(*) FILTER (WHERE r.general = 1),
             count(*) FILTER (WHERE r.general = 2), count(*) FILTER (WHERE r.general = 3),
             count(*) FILTER (WHERE r.general = 4), count(*) FILTER (WHERE r.general = 5),
             coalesce(sum(r.explanation), 0), coalesce(sum(r.punctuality), 0),
             coalesce(sum(r.treatment), 0)]::bigint[] AS counted,
       (SELECT ARRAY[k.count, k.stars_1, k.stars_2, k.stars_3, k.stars_4, k.stars_5,
                     k.explanation_sum, k.punctuality_sum, k.treatment_sum]::bigint[]
        FROM reviews_rating k WHERE k.doctor_id = d.id) AS kept
FROM doctors_doctor d
LEFT JOIN (
    SELECT r.* FROM reviews_review r JOIN appointments_appointment a ON a.id = r.visit_id
    WHERE r.status = 'published' AND a.status = 'attended'
) r ON r.doctor_id = d.id
GROUP BY d.id ORDER BY d.id
"""
REBUILD = """
SELECT reviews_count_again(ARRAY(
    SELECT doctor_id FROM reviews_review UNION SELECT doctor_id FROM reviews_rating ORDER BY 1
))
"""


def check_ratings() -> tuple[int, list[str]]:
    """How many doctors were looked at, and each rating that is not what a plain count says."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        rows = cursor.fetchall()
    wrong = [
        f"doctor {pk}: counted {counted}, kept {kept}"
        for pk, counted, kept in rows
        if counted != (kept or [0] * len(counted))
    ]
    return len(rows), wrong


def rebuild_ratings() -> None:
    """Count all anew, in one transaction: who gives an opinion meanwhile waits."""
    with connection.cursor() as cursor:
        cursor.execute(REBUILD)
