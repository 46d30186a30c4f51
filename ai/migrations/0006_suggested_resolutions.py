from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ai", "0005_risk_forecasts")]
    operations = [
        migrations.RenameModel("Suggestion", "SuggestedResolution"),
        migrations.RenameModel("SuggestionVote", "ResolutionVote"),
        migrations.RemoveConstraint(
            model_name="resolutionvote",
            name="ai_suggestionvote_once",
        ),
        migrations.RemoveConstraint(
            model_name="suggestedresolution",
            name="ai_suggestion_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="suggestedresolution",
            name="ai_suggestion_one_source",
        ),
        migrations.RemoveConstraint(
            model_name="suggestedresolution",
            name="ai_suggestion_of_another",
        ),
        migrations.RemoveConstraint(
            model_name="suggestedresolution",
            name="ai_suggestion_once_a_ticket",
        ),
        migrations.RemoveConstraint(
            model_name="suggestedresolution",
            name="ai_suggestion_once_an_article",
        ),
        migrations.AddConstraint(
            model_name="resolutionvote",
            constraint=models.UniqueConstraint(fields=("suggestion", "user"), name="ai_resolution_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="suggestedresolution",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["offered", "accepted", "discarded"])),
                name="ai_suggestedresolution_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestedresolution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("article__isnull", False), ("source", None)),
                    models.Q(("article", None), ("source__isnull", False)),
                    _connector="OR",
                ),
                name="ai_resolution_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestedresolution",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("ticket")), _negated=True), name="ai_resolution_of_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestedresolution",
            constraint=models.UniqueConstraint(fields=("ticket", "source"), name="ai_resolution_once_a_ticket"),
        ),
        migrations.AddConstraint(
            model_name="suggestedresolution",
            constraint=models.UniqueConstraint(fields=("ticket", "article"), name="ai_resolution_once_an_article"),
        ),
    ]
