{#- What is counted for each account and day: the facts' quantities by the model that makes them. The
    daily value of a quantity is the sum of the amounts of its facts whose interval holds the day. -#}
{% macro fact_quantities() %}
    {%- do return([
        'seats',
        'activities_logged', 'meetings', 'executives_known', 'executive_contacts',
        'programme_messages', 'programme_answers', 'champions_known', 'champions_departed',
        'reviews_due', 'reviews_kept',
        'support_links', 'tickets', 'window_tickets', 'urgent_tickets',
        'responses', 'response_hours', 'resolutions', 'resolution_hours', 'reopenings',
        'ratings', 'good_ratings', 'open_escalations',
        'nps_answers', 'nps_balance', 'sponsor_answers', 'sponsor_detractors',
        'sentiment_scores', 'sentiment_sum',
        'invoices_known', 'overdue_spells', 'overdue_since',
        'list_price', 'discount', 'renewals', 'renewal_change',
    ]) -%}
{% endmacro %}

{#- Numerator, denominator and value of each measure in terms of quantities; null where it isn't known.
    A share is numerator x times ÷ denominator, a plain measure the quantity itself. -#}
{% macro health_measure_formulas() %}
    {%- set usual_users = ratio('baseline_users', 'baseline_days_known') -%}
    {%- set usual_actions = ratio('baseline_actions', 'baseline_days_known') -%}
    {%- set always = '1 = 1' -%}
    {%- set shares = [
        ('seat_adoption', 'active_users', '1', 'seats', 'has_users'),
        ('active_user_trend', 'active_users', '1', usual_users, 'has_users and has_baseline'),
        ('key_action_trend', 'key_actions', '1', usual_actions, 'has_usage and has_baseline'),
        ('depth_per_user', 'key_actions', '1', 'active_users', 'has_users'),
        ('programme_response', 'programme_answers', '1', 'programme_messages', always),
        ('qbrs_kept', 'reviews_kept', '1', 'reviews_due', always),
        ('ticket_rate', 'tickets', '100', 'seats', 'support_links > 0'),
        ('urgent_share', 'urgent_tickets', '1', 'window_tickets', always),
        ('first_response_hours', 'response_hours', '1', 'responses', always),
        ('resolution_hours', 'resolution_hours', '1', 'resolutions', always),
        ('reopened_share', 'reopenings', '1', 'resolutions', always),
        ('csat', 'good_ratings', '1', 'ratings', always),
        ('nps', 'nps_balance', '100', 'nps_answers', always),
        ('csm_sentiment', 'sentiment_sum', '1', 'sentiment_scores', always),
        ('discount_share', 'discount', '1', 'list_price', always),
        ('unused_seats', 'unused_seats', '1', 'seats', 'has_users'),
        ('renewal_change', 'renewal_change', '1', 'renewals', always),
    ] -%}
    {%- set plain = [
        ('feature_breadth', 'key_features', 'has_usage'),
        ('days_since_last_use', 'days_since_last_use', 'has_usage'),
        ('meetings_held', 'meetings', 'activities_logged > 0'),
        ('executive_contact', 'executive_contacts', 'executives_known > 0'),
        ('champion_departed', 'champions_departed', 'champions_known + champions_departed > 0'),
        ('open_escalations', 'open_escalations', 'support_links > 0'),
        ('sponsor_detractors', 'sponsor_detractors', 'sponsor_answers > 0'),
        ('overdue_days', 'overdue_days', 'invoices_known > 0'),
    ] -%}
    {%- set formulas = {} -%}
    {%- for measure, numerator, times, denominator, condition in shares -%}
        {%- set product = numerator if times == '1' else numerator ~ ' * ' ~ times -%}
        {%- set value = 'case when ' ~ condition ~ ' then ' ~ ratio(product, denominator) ~ ' end' -%}
        {%- do formulas.update({measure: {
            'numerator': numerator, 'denominator': denominator, 'value': value,
        }}) -%}
    {%- endfor -%}
    {%- for measure, quantity, condition in plain -%}
        {%- set value = 'case when ' ~ condition ~ ' then ' ~ quantity ~ ' end' -%}
        {%- do formulas.update({measure: {
            'numerator': quantity, 'denominator': none, 'value': value,
        }}) -%}
    {%- endfor -%}
    {%- do return(formulas) -%}
{% endmacro %}
