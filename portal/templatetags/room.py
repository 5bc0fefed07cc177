"""The waiting room's sentences."""

from django import template

from portal.room import delay_words

register = template.Library()
register.filter(delay_words)
