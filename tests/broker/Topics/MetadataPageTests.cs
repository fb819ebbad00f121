using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Topics;

/// <summary>Topics and groups page by page, as slaves and tools since 5.3.4 read them, beside those that read everything.</summary>
internal sealed class MetadataPageTests
{
    private const int PageSize = 7;

    private TestBroker _broker = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with { SplitMetadataSize = PageSize });
        for (var i = 0; i < 20; i++)
        {
            // Not in the order of their names.
            await _broker.CreateTopicAsync($"T{i * 7 % 20}");
            await PutGroupAsync($"G{i * 7 % 20}");
        }
    }

    [TearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [Test]
    public async Task Who_names_no_page_gets_everything_as_before()
    {
        var topics = await _broker.CallAsync(RequestCode.GetAllTopicConfig);
        var groups = await _broker.CallAsync(RequestCode.GetAllSubscriptiongroupConfig);

        Assert.That(topics.ReadBody<TopicConfigSerializeWrapper>().TopicConfigTable, Has.Count.GreaterThan(20));
        Assert.That(groups.ReadBody<SubscriptionGroupWrapper>().SubscriptionGroupTable, Has.Count.GreaterThan(20));
        Assert.That(topics.ReadHeader<GetAllTopicConfigResponseHeader>().TotalTopicNum, Is.Null);
        Assert.That(groups.ReadHeader<GetAllSubscriptionGroupResponseHeader>().TotalGroupNum, Is.Null);
    }

    [TestCase(null)]
    [TestCase(3)]
    [TestCase(100)]
    public async Task Pages_of_topics_are_all_topics_in_the_order_of_their_names(int? most)
    {
        var all = (await _broker.CallAsync(RequestCode.GetAllTopicConfig)).ReadBody<TopicConfigSerializeWrapper>();
        var (names, known) = (new List<string>(), "");
        while (names.Count < all.TopicConfigTable.Count)
        {
            var (page, total) = await TopicsAsync(names.Count, known, most);
            Assert.That(page.TopicConfigTable, Has.Count.EqualTo(Math.Min(Math.Min(most ?? PageSize, PageSize), all.TopicConfigTable.Count - names.Count)));
            Assert.That((total, page.DataVersion), Is.EqualTo((all.TopicConfigTable.Count, all.DataVersion)));
            names.AddRange(page.TopicConfigTable.Keys.Order(StringComparer.Ordinal));
            known = Text(page.DataVersion);
        }
        Assert.That(names, Is.EqualTo(all.TopicConfigTable.Keys.Order(StringComparer.Ordinal)));
        Assert.That((await TopicsAsync(names.Count, known, most)).Page.TopicConfigTable, Is.Empty, "there is no more");
    }

    [Test]
    public async Task Pages_of_groups_have_what_is_forbidden_to_them()
    {
        foreach (var group in (string[])["G0", "G19"])
        {
            await _broker.CallAsync(RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader { Group = group, Topic = "T1", Readable = false });
        }
        var all = (await _broker.CallAsync(RequestCode.GetAllSubscriptiongroupConfig)).ReadBody<SubscriptionGroupWrapper>();
        var (groups, forbidden, known) = (new List<string>(), new List<string>(), "");
        while (groups.Count < all.SubscriptionGroupTable.Count)
        {
            var (page, total) = await GroupsAsync(groups.Count, known, most: null);
            Assert.That((total, page.DataVersion), Is.EqualTo((all.SubscriptionGroupTable.Count, all.DataVersion)));
            Assert.That(page.ForbiddenTable!.Keys, Is.SubsetOf(page.SubscriptionGroupTable.Keys));
            groups.AddRange(page.SubscriptionGroupTable.Keys.Order(StringComparer.Ordinal));
            forbidden.AddRange(page.ForbiddenTable.Keys);
            known = Text(page.DataVersion);
        }
        Assert.That(groups, Is.EqualTo(all.SubscriptionGroupTable.Keys.Order(StringComparer.Ordinal)));
        Assert.That(forbidden, Is.EquivalentTo(["G0", "G19"]));
    }

    [Test]
    public async Task After_a_change_the_page_is_the_first_of_the_new_version()
    {
        var (first, _) = await TopicsAsync(0, "", most: null);
        await _broker.CreateTopicAsync("A0");
        var (anew, _) = await TopicsAsync(PageSize, Text(first.DataVersion), most: null);
        var (groups, _) = await GroupsAsync(0, "", most: null);
        await PutGroupAsync("A0");
        var (groupsAnew, _) = await GroupsAsync(PageSize, Text(groups.DataVersion), most: null);

        Assert.That(anew.TopicConfigTable.Keys, Does.Contain("A0"));
        Assert.That(anew.DataVersion, Is.Not.EqualTo(first.DataVersion));
        Assert.That(groupsAnew.SubscriptionGroupTable.Keys, Does.Contain("A0"));
        Assert.That(groupsAnew.DataVersion, Is.Not.EqualTo(groups.DataVersion));
    }

    [TestCase("")]
    [TestCase("not a version")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"counter":1}""")]
    public async Task With_no_version_or_another_s_it_is_the_first_page(string known)
    {
        var (first, _) = await TopicsAsync(0, "", most: null);
        var (page, _) = await TopicsAsync(PageSize, known, most: null);

        Assert.That(page.TopicConfigTable.Keys, Is.EquivalentTo(first.TopicConfigTable.Keys));
    }

    [TestCase(-1, null)]
    [TestCase(0, 0)]
    [TestCase(int.MinValue, int.MinValue)]
    public async Task Numbers_that_make_no_page_are_refused(int from, int? most)
    {
        var topics = await _broker.CallAsync(RequestCode.GetAllTopicConfig, new GetAllTopicConfigRequestHeader { TopicSeq = from, MaxTopicNum = most });
        var groups = await _broker.CallAsync(RequestCode.GetAllSubscriptiongroupConfig, new GetAllSubscriptionGroupRequestHeader { GroupSeq = from, MaxGroupNum = most });

        Assert.That((topics.Code, groups.Code), Is.EqualTo((ResponseCode.InvalidParameter, ResponseCode.InvalidParameter)));
        Assert.That(topics.Remark, Does.Contain($"topicSeq is {from}").And.Contain("at least 1"));
    }

    [Test]
    public async Task A_number_past_the_end_gets_an_empty_page()
    {
        var (first, total) = await TopicsAsync(0, "", most: null);
        Assert.That((await TopicsAsync(total + 1, Text(first.DataVersion), most: null)).Page.TopicConfigTable, Is.Empty);
        Assert.That((await TopicsAsync(int.MaxValue, Text(first.DataVersion), int.MaxValue)).Page.TopicConfigTable, Is.Empty);
    }

    [Test]
    public async Task With_enableSplitMetadata_off_everybody_gets_everything()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { EnableSplitMetadata = false, SplitMetadataSize = 1 });
        var response = await broker.CallAsync(RequestCode.GetAllTopicConfig, new GetAllTopicConfigRequestHeader { TopicSeq = 0, DataVersion = "", MaxTopicNum = 1 });

        Assert.That(response.ReadBody<TopicConfigSerializeWrapper>().TopicConfigTable, Has.Count.GreaterThan(1));
    }

    private static string Text(DataVersion version) => System.Text.Encoding.UTF8.GetString(RemotingJson.Serialize(version));

    private async Task<(TopicConfigSerializeWrapper Page, int Total)> TopicsAsync(int from, string known, int? most)
    {
        var response = await _broker.CallAsync(RequestCode.GetAllTopicConfig, new GetAllTopicConfigRequestHeader { TopicSeq = from, DataVersion = known, MaxTopicNum = most });
        return (response.ReadBody<TopicConfigSerializeWrapper>(), response.ReadHeader<GetAllTopicConfigResponseHeader>().TotalTopicNum!.Value);
    }

    private async Task<(SubscriptionGroupWrapper Page, int Total)> GroupsAsync(int from, string known, int? most)
    {
        var response = await _broker.CallAsync(
            RequestCode.GetAllSubscriptiongroupConfig, new GetAllSubscriptionGroupRequestHeader { GroupSeq = from, DataVersion = known, MaxGroupNum = most });
        return (response.ReadBody<SubscriptionGroupWrapper>(), response.ReadHeader<GetAllSubscriptionGroupResponseHeader>().TotalGroupNum!.Value);
    }

    private Task<RemotingCommand> PutGroupAsync(string group) =>
        _broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = group });
}
