-- Segments, regions and CSMs, each with (none), sum to the company.
select
    slices.due_quarter,
    slices.slice_type
from {{ ref('rpt_renewals_quarterly') }} as slices
inner join {{ ref('rpt_renewals_quarterly') }} as company
    on
        slices.due_quarter = company.due_quarter
        and company.slice_type = 'company'
where slices.slice_type <> 'company'
group by slices.due_quarter, slices.slice_type
having
    sum(slices.due_arr) <> max(company.due_arr)
    or sum(slices.retained_arr) <> max(company.retained_arr)
    or sum(slices.booked_arr) <> max(company.booked_arr)
    or sum(slices.due_logos) <> max(company.due_logos)
