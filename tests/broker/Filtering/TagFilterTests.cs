using RocketMQ.Broker.Filtering;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Filtering;

public class TagFilterTests
{
    [TestCase(null)]
    [TestCase("")]
    [TestCase("*")]
    public void No_tags_means_all(string? expression)
    {
        var filter = Parse(expression);
        Assert.That(filter, Is.SameAs(TagFilter.MatchAll));
        Assert.That(filter.MayMatch(0), Is.True);
        Assert.That(filter.Matches(default), Is.True);
    }

    [Test]
    public void Tags_are_trimmed_and_counted_once()
    {
        var filter = Parse(" TagA||TagB || || TagA ");
        Assert.That(filter.Tags, Is.EqualTo(new[] { "TagA", "TagB" }));
        Assert.That(filter.Codes, Is.EqualTo(new[] { JavaHash.Of("TagA"), JavaHash.Of("TagB") }));
    }

    [TestCase("TagA", 2598919)]
    [TestCase("polygenelubricants", int.MinValue)]
    [TestCase("中文", 646394)]
    [TestCase("😀", 1772899)]
    public void Codes_are_hash_codes_of_a_Java_String(string tag, int code) =>
        Assert.That(Parse(tag).Codes, Is.EqualTo(new[] { code }));

    [Test]
    public void A_single_bar_is_part_of_a_tag() => Assert.That(Parse("A | B").Tags, Is.EqualTo(new[] { "A | B" }));

    [Test]
    public void The_hash_is_asked_first_and_sees_only_its_low_32_bits()
    {
        var filter = Parse("TagA || polygenelubricants");
        Assert.That(filter.MayMatch(JavaHash.Of("TagA")), Is.True);
        Assert.That(filter.MayMatch(int.MinValue), Is.True);
        Assert.That(filter.MayMatch(0x1_0000_0000 | (uint)JavaHash.Of("TagA")), Is.True);
        Assert.That(filter.MayMatch(JavaHash.Of("TagB")), Is.False);
        Assert.That(filter.MayMatch(0), Is.False);
    }

    [Test]
    public void The_record_rules_out_a_tag_that_only_has_the_same_hash()
    {
        var filter = Parse("Aa");
        Assert.That(filter.MayMatch(JavaHash.Of("BB")), Is.True);
        Assert.That(filter.Matches(Props.Of(("TAGS", "BB"))), Is.False);
        Assert.That(filter.Matches(Props.Of(("KEYS", "k"), ("TAGS", "Aa"), ("UNIQ_KEY", "1"))), Is.True);
        Assert.That(filter.Matches(Props.Of(("KEYS", "Aa"))), Is.False);
    }

    [TestCase("||")]
    [TestCase("||||")]
    public void Bars_alone_are_refused(string expression)
    {
        Assert.That(TagFilter.TryParse(expression, out _, out var reason), Is.False);
        Assert.That(reason, Does.Contain("names no tag"));
    }

    [TestCase(" || ")]
    [TestCase("  ")]
    public void A_subscription_to_blanks_gets_nothing(string expression)
    {
        var filter = Parse(expression);
        Assert.That(filter.Tags, Is.Empty);
        Assert.That(filter.MayMatch(0), Is.False);
    }

    [Test]
    public void Sets_a_client_worked_out_are_taken_as_they_come()
    {
        var filter = TagFilter.FromSets("TagA", [], [JavaHash.Of("TagA")]);
        Assert.That(filter.MayMatch(JavaHash.Of("TagA")), Is.True);
        Assert.That(filter.MayMatch(JavaHash.Of("TagB")), Is.False);
        Assert.That(filter.Matches(Props.Of(("TAGS", "TagA"))), Is.True);
        Assert.That(TagFilter.FromSets("*", [], []).MayMatch(5), Is.True);
    }

    [Test]
    public void Filtering_by_tags_allocates_nothing()
    {
        var filter = Parse("TagA || TagB || TagC");
        var properties = Props.Of(("KEYS", "k"), ("TAGS", "TagC"), ("UNIQ_KEY", "1"));
        var matched = 0;
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
                matched += filter.MayMatch(i) || filter.Matches(properties) ? 1 : 0;
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(matched, Is.GreaterThan(0).And.EqualTo(matched / 10_000 * 10_000));
    }

    private static TagFilter Parse(string? expression)
    {
        Assert.That(TagFilter.TryParse(expression, out var filter, out var reason), Is.True, reason);
        return filter!;
    }
}
