from netwright.report.contents import contents


def test_groups_without_sections_are_left_out(patchy_study):
    groups = contents(patchy_study)
    assert all(group.sections for group in groups)
    assert groups[0].title == "The decision"


def test_every_section_has_a_place_of_its_own(complete_study):
    anchors = [section.anchor for group in contents(complete_study) for section in group.sections]
    assert len(anchors) == len(set(anchors)) == 19
