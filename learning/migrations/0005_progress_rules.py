import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0007_editions_said'),
        ('learning', '0004_certificates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='course',
            options={'permissions': [('view_report', "Can see the course's report and its learners"), ('revoke_certificate', 'Can revoke certificates of the course'), ('decide_for_learners', "Can decide for the course's learners")], 'verbose_name': 'course', 'verbose_name_plural': 'courses'},
        ),
        migrations.RenameField(
            model_name='unitrecord',
            old_name='best_bp',
            new_name='score_bp',
        ),
        migrations.AddField(
            model_name='coursepage',
            name='at_least',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='how many are enough'),
        ),
        migrations.AddField(
            model_name='coursepage',
            name='minimum_score',
            field=models.PositiveSmallIntegerField(default=0, help_text='Of its required quizzes together, by their weights. 0: no score is asked for.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='minimum score in per cent'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='moved_at',
            field=models.DateTimeField(help_text='When the learner came to this edition from another.', null=True),
        ),
        migrations.AddField(
            model_name='lessonpage',
            name='completion_seconds',
            field=models.PositiveIntegerField(default=0, help_text='How long somebody must have been on the page, where time completes the lesson.', validators=[django.core.validators.MaxValueValidator(7200)], verbose_name='seconds on the page'),
        ),
        migrations.AddField(
            model_name='modulepage',
            name='at_least',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='how many are enough'),
        ),
        migrations.AddField(
            model_name='modulepage',
            name='minimum_score',
            field=models.PositiveSmallIntegerField(default=0, help_text='Of its required quizzes together, by their weights. 0: no score is asked for.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='minimum score in per cent'),
        ),
        migrations.AddField(
            model_name='quizpage',
            name='completion',
            field=models.CharField(choices=[('pass', 'passing one attempt'), ('score', 'reaching a score over all attempts')], default='pass', max_length=8, verbose_name='completed by'),
        ),
        migrations.AddField(
            model_name='quizpage',
            name='minimum_score',
            field=models.PositiveSmallIntegerField(default=0, help_text='Where a score completes the quiz.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='minimum score in per cent'),
        ),
        migrations.AddField(
            model_name='quizpage',
            name='scoring',
            field=models.CharField(choices=[('best', 'the best attempt'), ('last', 'the last attempt'), ('average', 'the average of all attempts')], default='best', help_text='What several attempts come to. Passing one attempt stays passing.', max_length=8, verbose_name='its score is'),
        ),
        migrations.AddField(
            model_name='quizpage',
            name='weight',
            field=models.PositiveSmallIntegerField(default=1, help_text='How much its score counts for the score of module and course. 0: not at all.', validators=[django.core.validators.MaxValueValidator(100)], verbose_name='weight'),
        ),
        migrations.AddField(
            model_name='unitrecord',
            name='attempts',
            field=models.JSONField(default=dict, help_text='Scores: `{attempt: [number, revision, basis points, moment]}`.'),
        ),
        migrations.AddField(
            model_name='unitrecord',
            name='peak_bp',
            field=models.PositiveIntegerField(help_text='The highest that the score ever was in this edition, in basis points.', null=True),
        ),
        migrations.AddField(
            model_name='unitrecord',
            name='reached_at',
            field=models.DateTimeField(help_text='When the score first was what completes the quiz.', null=True),
        ),
        migrations.AlterField(
            model_name='unitrecord',
            name='score_bp',
            field=models.PositiveIntegerField(help_text="By the quiz's rule over all attempts, in basis points.", null=True),
        ),
        migrations.AddField(
            model_name='unitrecord',
            name='spent',
            field=models.JSONField(default=dict, help_text='Time by hour: `{hour: [first moment in it, seconds]}`, in UTC.'),
        ),
        migrations.AddField(
            model_name='unitrecord',
            name='waived_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('opened', 'Opened'), ('progressed', 'Progressed'), ('completed', 'Completed'), ('answered', 'Answered'), ('enrolled', 'Enrolled'), ('withdrawn', 'Withdrawn'), ('returned', 'Returned'), ('attempted', 'Attempted'), ('graded', 'Graded'), ('expired', 'Expired'), ('regraded', 'Regraded'), ('waived', 'Waived'), ('moved', 'Moved'), ('course_completed', 'Course Completed')], max_length=16),
        ),
        migrations.AlterField(
            model_name='lessonpage',
            name='completion',
            field=models.CharField(choices=[('view', 'opening it'), ('mark', 'marking it as done'), ('time', 'spending time on it'), ('checks', 'answering all its knowledge checks')], default='mark', max_length=8, verbose_name='completed by'),
        ),
        migrations.CreateModel(
            name='EditionMove',
            fields=[
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='content.edition')),
                ('rule', models.CharField(choices=[('stay', 'stay on the edition that they are on'), ('move', 'move to the new edition and keep what is done'), ('move_unstarted', 'move only if they haven’t started')], max_length=16)),
                ('decided_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(help_text='Null: the platform itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.learner')),
            ],
            options={
                'verbose_name': 'move to an edition',
                'verbose_name_plural': 'moves to editions',
            },
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='reason', serialize=False, to='learning.event')),
                ('text', models.TextField(max_length=2000)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
            },
        ),
    ]
