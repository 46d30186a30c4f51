from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0004_at_risk_and_foreseen"),
    ]

    operations = [
        migrations.DeleteModel(name="Notice"),
    ]
