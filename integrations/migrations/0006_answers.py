from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0005_standing"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundevent",
            name="answer",
            field=models.TextField(blank=True, help_text="What the person who asked was told; set once that was done."),
        ),
    ]
