using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using RocketMQ.Broker.Tests.Administration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>Users and their rules, made and changed by operators.</summary>
public sealed class AuthAdministrationTests
{
    private static readonly Regex Passwords = new("\"password\":\"[^\"]*\",");

    private TestBroker _broker;

    [SetUp]
    public async Task StartAsync() => _broker = await TestBroker.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [Test]
    public async Task What_Apaches_mqadmin_asked_is_answered_as_Apaches_broker_did()
    {
        foreach (var number in (int[])[447, 449, 451, 453, 455, 457, 459, 461, 464, 466])
        {
            var golden = GoldenExchange.Read("5.3.3", number);
            var answer = await _broker.Client.InvokeAsync(_broker.Address, golden.Again(), TimeSpan.FromSeconds(10));

            Assert.That(answer.Code, Is.EqualTo(golden.Response.Code), $"{number}: {answer.Remark}");

            // Apache tells passwords to whoever asks.
            Assert.That(Text(answer), Is.EqualTo(Passwords.Replace(Text(golden.Response), "")), $"{number}");
        }
    }

    [Test]
    public async Task Users_and_rules_outlive_a_restart()
    {
        await CreateUserAsync("alice", "secret-of-alice");
        await AddRuleAsync("User:alice", "Topic:orders", "Allow", "Pub");
        await using var again = await _broker.RestartAsync();

        var user = await again.CallAsync(RequestCode.AuthGetUser, new GetUserRequestHeader { Username = "alice" });
        var list = await again.CallAsync(RequestCode.AuthGetAcl, new GetAclRequestHeader { Subject = "User:alice" });
        Assert.That(user.ReadBody<UserInfo>().Username, Is.EqualTo("alice"));
        Assert.That(File.ReadAllText(Path.Combine(again.Directory, "config", "users.json")), Does.Contain("secret-of-alice"));
        Assert.That(list.ReadBody<AclInfo>().Policies![0].Entries![0].Resource, Is.EqualTo("Topic:orders"));
    }

    [Test]
    public async Task What_can_not_be_done_is_refused_in_a_sentence()
    {
        await CreateUserAsync("alice", "x");
        var refusals = new Dictionary<string, RemotingCommand>
        {
            ["The user is existed"] = await CreateUserAsync("alice", "y"),
            ["password can not be blank"] = await CreateUserAsync("bob", ""),
            ["The user is not exist"] = await _broker.CallJsonAsync(RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = "bob" }, new UserInfo()),
            ["The user type 'Root' is none of Normal, Super."] = await _broker.CallJsonAsync(
                RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = "alice" }, new UserInfo { UserType = "Root" }),
            ["The subject of User:bob is not exist."] = await AddRuleAsync("User:bob", "Topic:orders", "Allow", "Pub"),
            ["The subject 'Role:bob' is none: expected is User:NAME."] = await AddRuleAsync("Role:bob", "Topic:orders", "Allow", "Pub"),
            ["The acl is not exist."] = await _broker.CallAsync(RequestCode.AuthDeleteAcl, new DeleteAclRequestHeader { Subject = "User:alice" }),
        };

        Assert.Multiple(() =>
        {
            foreach (var (reason, reply) in refusals)
            {
                Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.NoPermission, reason)));
            }
        });
    }

    [Test]
    public async Task A_blank_name_is_an_invalid_parameter()
    {
        var reply = await _broker.CallJsonAsync(RequestCode.AuthCreateUser, new CreateUserRequestHeader(), new UserInfo { Password = "x" });

        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.InvalidParameter, "The username is blank")));
    }

    [Test]
    public async Task Users_and_rules_are_filtered_by_their_names()
    {
        await CreateUserAsync("alice", "x");
        await CreateUserAsync("bob", "x");
        await AddRuleAsync("User:alice", "Topic:orders", "Allow", "Pub");
        await AddRuleAsync("User:alice", "Group:readers", "Allow", "Sub");
        await AddRuleAsync("User:bob", "Topic:orders", "Allow", "Pub");

        var users = (await _broker.CallAsync(RequestCode.AuthListUser, new ListUsersRequestHeader { Filter = "lic" })).ReadBody<List<UserInfo>>();
        var lists = (await _broker.CallAsync(RequestCode.AuthListAcl, new ListAclsRequestHeader { ResourceFilter = "Group:" })).ReadBody<List<AclInfo>>();
        var none = await _broker.CallAsync(RequestCode.AuthListUser, new ListUsersRequestHeader { Filter = "carol" });

        Assert.Multiple(() =>
        {
            Assert.That(users.Select(user => user.Username), Is.EqualTo(new[] { "alice" }));
            Assert.That(lists.Single().Subject, Is.EqualTo("User:alice"));
            Assert.That(lists.Single().Policies!.Single().Entries!.Single().Resource, Is.EqualTo("Group:readers"));
            Assert.That((none.Code, none.Body.Length), Is.EqualTo((0, 0L)));
        });
    }

    private Task<RemotingCommand> CreateUserAsync(string name, string password) => _broker.CallJsonAsync(
        RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = name }, new UserInfo { Username = name, Password = password });

    private Task<RemotingCommand> AddRuleAsync(string subject, string resource, string decision, params string[] actions) => _broker.CallJsonAsync(
        RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = subject }, new AclInfo
        {
            Subject = subject,
            Policies = [new PolicyInfo { Entries = [new PolicyEntryInfo { Resource = resource, Decision = decision, Actions = [.. actions] }] }],
        });

    private static string Text(RemotingCommand command) => Encoding.UTF8.GetString(command.Body.ToArray());
}
