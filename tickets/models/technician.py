"""Teams, the technicians in them, what they can do and when they work."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, FilteredRelation, Q

from tickets.choices import OPEN_STATUSES
from tickets.models.history import Trail
from tickets.models.people import User


class Team(models.Model):
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    lead = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="teams_led")
    is_active = models.BooleanField(default=True)

    history = Trail()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TechnicianQuerySet(models.QuerySet["Technician"]):
    def with_load(self) -> "TechnicianQuerySet":
        """Annotate `load`: the number of unresolved tickets assigned to each."""
        unresolved = Q(user__assigned_tickets__archived_at=None, user__assigned_tickets__status__in=OPEN_STATUSES)
        mine = FilteredRelation("user__assigned_tickets", condition=unresolved)
        return self.annotate(unresolved=mine, load=Count("unresolved", distinct=True))


class Technician(models.Model):
    """The working side of a user who handles tickets."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="technician")
    teams = models.ManyToManyField(Team, blank=True, related_name="technicians")
    max_load = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1)], help_text="Unresolved tickets at a time."
    )

    objects = TechnicianQuerySet.as_manager()
    history = Trail(m2m_fields=[teams])

    class Meta:
        ordering = ["user__name"]

    def __str__(self) -> str:
        return self.user.display_name


class TechnicianSkill(models.Model):
    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="technicians")
    proficiency = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(10)], help_text="1 (beginner) to 10 (expert)."
    )
    certifications = models.JSONField(default=list, blank=True, help_text="A list of names.")

    history = Trail()

    class Meta:
        ordering = ["-proficiency", "skill__name"]
        constraints = [
            models.UniqueConstraint(fields=["technician", "skill"], name="tickets_technicianskill_once"),
            models.CheckConstraint(
                condition=Q(proficiency__gte=1, proficiency__lte=10), name="tickets_technicianskill_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.proficiency}/10"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Availability(models.Model):
    """One working window a week, in the technician's own time zone."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name_plural = "availability"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="tickets_availability_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="tickets_availability_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class TimeOff(models.Model):
    """Days on which a technician does not work, both ends included."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="time_off")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["first_day"]
        verbose_name_plural = "time off"
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="tickets_timeoff_order")]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"
