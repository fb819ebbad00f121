using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Groups;

public class GroupAdministrationTests
{
    [Test]
    public async Task A_group_stays_as_it_was_made_over_a_restart()
    {
        await using var broker = await TestBroker.StartAsync();

        await PutAsync(broker, new SubscriptionGroupConfig { GroupName = "billing", RetryMaxTimes = 3, ConsumeEnable = false });
        await using var again = await broker.RestartAsync();
        var group = (await again.CallAsync(RequestCode.GetSubscriptiongroupConfig, new GetSubscriptionGroupConfigRequestHeader { Group = "billing" }))
            .ReadBody<SubscriptionGroupConfig>();

        Assert.That((group.RetryMaxTimes, group.ConsumeEnable), Is.EqualTo((3, false)));
    }

    [Test]
    public async Task A_list_of_groups_is_made_as_a_whole_or_not_at_all()
    {
        await using var broker = await TestBroker.StartAsync();

        var refused = await PutAsync(broker, new SubscriptionGroupConfig { GroupName = "good" }, new SubscriptionGroupConfig { GroupName = "bad one" });
        var before = await AllAsync(broker);
        var taken = await PutAsync(broker, new SubscriptionGroupConfig { GroupName = "good" }, new SubscriptionGroupConfig { GroupName = "other" });

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(before.Keys, Has.No.Member("good"));
        Assert.That(taken.Code, Is.EqualTo(ResponseCode.Success), taken.Remark);
        Assert.That((await AllAsync(broker)).Keys, Is.SupersetOf(new[] { "good", "other" }));
    }

    [Test]
    public async Task A_group_with_an_attribute_is_refused_rather_than_kept_without_it()
    {
        await using var broker = await TestBroker.StartAsync();

        var response = await broker.CallJsonAsync(
            RequestCode.UpdateAndCreateSubscriptiongroup, null,
            new SubscriptionGroupConfig { GroupName = "billing", Attributes = { ["+priority"] = "1" } });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(response.Remark, Does.Contain("+priority"));
    }

    [Test]
    public async Task A_commit_that_comes_late_does_not_bring_a_deleted_group_back()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");
        await PutAsync(broker, new SubscriptionGroupConfig { GroupName = "billing" });
        var commit = new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "billing", Topic = "Orders", QueueId = 0, CommitOffset = 5 };
        var before = await broker.CallAsync(RequestCode.UpdateConsumerOffset, commit);
        await broker.CallAsync(RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "billing", CleanOffset = true });

        var late = await broker.CallAsync(RequestCode.UpdateConsumerOffset, commit);

        Assert.That(before.Code, Is.EqualTo(ResponseCode.Success), before.Remark);
        Assert.That((late.Code, late.Remark), Is.EqualTo((ResponseCode.SubscriptionGroupNotExist, "Group billing not exist!")));
        Assert.That((await AllAsync(broker)).Keys, Has.No.Member("billing"));
        var offset = await broker.CallAsync(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = "billing", Topic = "Orders", SetZeroIfNotFound = false });
        Assert.That(offset.Code, Is.EqualTo(ResponseCode.QueryNotFound));
    }

    [TestCase("cleanOffset", true)]
    [TestCase("removeOffset", true)]
    [TestCase("cleanOffset", false)]
    public async Task A_deleted_group_keeps_its_offsets_unless_they_are_to_go(string field, bool clean)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");
        await PutAsync(broker, new SubscriptionGroupConfig { GroupName = "billing" });
        await broker.CommitAsync("billing", "Orders", 7);

        var request = RemotingCommand.Request(RequestCode.DeleteSubscriptiongroup);
        request.AddField("groupName", "billing");
        request.AddField(field, clean ? "true" : "false");
        var response = await broker.Client.InvokeAsync(broker.Address, request, TimeSpan.FromSeconds(10));
        await using var again = await broker.RestartAsync();
        var offset = await again.CallAsync(
            RequestCode.QueryConsumerOffset,
            new QueryConsumerOffsetRequestHeader { ConsumerGroup = "billing", Topic = "Orders", SetZeroIfNotFound = false });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
        Assert.That(await AllAsync(again), Has.No.Member("billing"));
        Assert.That(offset.Code, Is.EqualTo(clean ? ResponseCode.QueryNotFound : ResponseCode.Success));
    }

    [Test]
    public async Task The_brokers_own_groups_can_not_be_deleted()
    {
        await using var broker = await TestBroker.StartAsync();

        var response = await broker.CallAsync(
            RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = "CID_RMQ_SYS_TRANS", CleanOffset = true });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.InvalidParameter));
    }

    [Test]
    public async Task A_group_that_is_forbidden_a_topic_can_not_pull_it_until_it_may_again()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1]);

        var forbidden = await ReadableAsync(broker, false);
        var refused = await broker.PullAsync("Orders", 0, 0, "billing");
        var other = await broker.PullAsync("Orders", 0, 0, "auditing");
        await using var again = await broker.RestartAsync();
        var asked = await ReadableAsync(again, null);
        var allowed = await ReadableAsync(again, true);
        var pulled = await again.PullAsync("Orders", 0, 0, "billing");

        Assert.Multiple(() =>
        {
            Assert.That((forbidden.Readable, asked.Readable, allowed.Readable), Is.EqualTo(((bool?)false, (bool?)false, (bool?)true)));
            Assert.That(refused.Code, Is.EqualTo(ResponseCode.NoPermission));
            Assert.That(other.Code, Is.EqualTo(ResponseCode.Success), other.Remark);
            Assert.That(pulled.Code, Is.EqualTo(ResponseCode.Success), pulled.Remark);
        });
    }

    private static async Task<GroupForbidden> ReadableAsync(TestBroker broker, bool? readable) =>
        (await broker.CallAsync(
            RequestCode.UpdateAndGetGroupForbidden,
            new UpdateGroupForbiddenRequestHeader { Group = "billing", Topic = "Orders", Readable = readable })).ReadBody<GroupForbidden>();

    private static Task<RemotingCommand> PutAsync(TestBroker broker, params SubscriptionGroupConfig[] groups) =>
        broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroupList, null, new SubscriptionGroupList { GroupConfigList = [.. groups] });

    private static async Task<Dictionary<string, SubscriptionGroupConfig>> AllAsync(TestBroker broker) =>
        (await broker.CallAsync(RequestCode.GetAllSubscriptiongroupConfig)).ReadBody<SubscriptionGroupWrapper>().SubscriptionGroupTable;
}
