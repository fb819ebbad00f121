using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Admin;

/// <summary>Users of a broker and what they may do (5.3).</summary>
public sealed class AccessAdmin
{
    private readonly AdminClient _admin;

    internal AccessAdmin(AdminClient admin) => _admin = admin;

    /// <summary>Creates a user.</summary>
    /// <param name="user">With name and password; the type is <c>Normal</c> unless it says <c>Super</c>.</param>
    public Task CreateUserAsync(string brokerAddress, UserInfo user, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = user.Username }, user, cancellationToken);

    /// <summary>Changes what <paramref name="user"/> holds beside the name; the rest stays.</summary>
    public Task UpdateUserAsync(string brokerAddress, UserInfo user, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthUpdateUser, new UpdateUserRequestHeader { Username = user.Username }, user, cancellationToken);

    public Task DeleteUserAsync(string brokerAddress, string name, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthDeleteUser, new DeleteUserRequestHeader { Username = name }, cancellationToken);

    /// <returns><see langword="null"/> when there is no such user.</returns>
    public Task<UserInfo?> GetUserAsync(string brokerAddress, string name, CancellationToken cancellationToken = default) =>
        GetAsync<UserInfo>(brokerAddress, RequestCode.AuthGetUser, new GetUserRequestHeader { Username = name }, ResponseCode.UserNotExist, cancellationToken);

    /// <param name="filter">Part of the name; all users when absent.</param>
    public async Task<IReadOnlyList<UserInfo>> ListUsersAsync(string brokerAddress, string? filter, CancellationToken cancellationToken = default) =>
        await GetAsync<List<UserInfo>>(brokerAddress, RequestCode.AuthListUser, new ListUsersRequestHeader { Filter = filter }, absent: null, cancellationToken)
            .ConfigureAwait(false) ?? [];

    public Task CreateRulesAsync(string brokerAddress, AclInfo rules, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthCreateAcl, new CreateAclRequestHeader { Subject = rules.Subject }, rules, cancellationToken);

    public Task UpdateRulesAsync(string brokerAddress, AclInfo rules, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthUpdateAcl, new UpdateAclRequestHeader { Subject = rules.Subject }, rules, cancellationToken);

    /// <param name="resource">The rules for this resource only; all of the subject when absent.</param>
    public Task DeleteRulesAsync(string brokerAddress, string subject, string? resource, CancellationToken cancellationToken = default) =>
        _admin.TellAsync(brokerAddress, RequestCode.AuthDeleteAcl, new DeleteAclRequestHeader { Subject = subject, Resource = resource }, cancellationToken);

    /// <returns><see langword="null"/> when there are none.</returns>
    public Task<AclInfo?> GetRulesAsync(string brokerAddress, string subject, CancellationToken cancellationToken = default) =>
        GetAsync<AclInfo>(brokerAddress, RequestCode.AuthGetAcl, new GetAclRequestHeader { Subject = subject }, ResponseCode.PolicyNotExist, cancellationToken);

    /// <param name="subjectFilter">Part of the subject.</param>
    /// <param name="resourceFilter">Part of the resource.</param>
    public async Task<IReadOnlyList<AclInfo>> ListRulesAsync(
        string brokerAddress, string? subjectFilter, string? resourceFilter, CancellationToken cancellationToken = default) =>
        await GetAsync<List<AclInfo>>(
            brokerAddress,
            RequestCode.AuthListAcl,
            new ListAclsRequestHeader { SubjectFilter = subjectFilter, ResourceFilter = resourceFilter },
            absent: null,
            cancellationToken).ConfigureAwait(false) ?? [];

    /// <summary>Brokers answer what is not there with an empty body, or with a code.</summary>
    private async Task<T?> GetAsync<T>(string brokerAddress, int code, ICommandHeader header, int? absent, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var response = await _admin.InvokeAsync(brokerAddress, RemotingCommand.Request(code, header), cancellationToken: cancellationToken).ConfigureAwait(false);
            return response.Body.IsEmpty ? null : RemotingJson.Deserialize<T>(response.Body);
        }
        catch (BrokerException e) when (e.Code == absent)
        {
            return null;
        }
    }
}
