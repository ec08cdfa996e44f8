{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='as_of_date',
    full_refresh=false,
) }}

select {{ as_of_day() }} as as_of_date
